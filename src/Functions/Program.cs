using Bittbridge.Functions;
using Bittbridge.Miner;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Hosting;

var builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();
builder.Services.AddMiner(builder.Configuration);
builder.AddTelemetry();
await builder.Build().RunAsync();
