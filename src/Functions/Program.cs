using Bittbridge.Functions;
using Bittbridge.Miner;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Hosting;

return await MinerHost.RunAsync(() =>
{
    var builder = FunctionsApplication.CreateBuilder(args);
    builder.ConfigureFunctionsWebApplication();
    builder.Services.AddTelemetry(builder.Configuration);

    // A model of your own is added here: .AddModel<MyModel>() after AddMiner(…), and its name in the setting Model
    // (docs/your-own-model.md).
    builder.Services.AddMiner(builder.Configuration);
    return builder.Build();
});
