using Bittbridge.Functions;
using Bittbridge.Miner;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Hosting;

return await MinerHost.RunAsync(() =>
{
    var builder = FunctionsApplication.CreateBuilder(args);
    builder.ConfigureFunctionsWebApplication();
    builder.Services.AddTelemetry(builder.Configuration);

    // To add your own model, call .AddModel<MyModel>() after AddMiner(…) and set the setting Model to its name
    // (docs/your-own-model.md).
    builder.Services.AddMiner(builder.Configuration);
    return builder.Build();
});
