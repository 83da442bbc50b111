using Azure.Monitor.OpenTelemetry.Exporter;
using Bittbridge.Miner.Telemetry;
using Microsoft.Azure.Functions.Worker.OpenTelemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Logs;

namespace Bittbridge.Functions;

/// <summary>
/// What the worker logs, and where it sends it: Application Insights and an OpenTelemetry collector, where they are connected.
/// </summary>
internal static class Telemetry
{
    private const string ConnectionVariable = "APPLICATIONINSIGHTS_CONNECTION_STRING";

    /// <summary>
    /// The log levels in host.json don't reach the worker. Without these, four lines of the framework come with every request.
    /// </summary>
    private static readonly string[] OnlyWarningsOf = ["Microsoft.AspNetCore", "Azure", "System.Net.Http", "Polly"];

    /// <summary>
    /// Call this before AddMiner: hosted services start in the order in which they are added, and what they log before the exporter runs is
    /// lost.
    /// </summary>
    public static void AddTelemetry(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddLogging(logging =>
        {
            foreach (var category in OnlyWarningsOf)
            {
                logging.AddFilter(category, LogLevel.Warning);
            }
        });
        services.AddOtlpExport(configuration);
        if (configuration[ConnectionVariable] is not { } connection || string.IsNullOrWhiteSpace(connection))
        {
            // The worker's defaults for OpenTelemetry replace the scope from which the host learns which invocation a line belongs to; it
            // drops lines without one, and then console and log stream show nothing of the miner.
            return;
        }

        services
            .AddOpenTelemetry()
            .WithMetrics(metrics => metrics.AddMeter(MinerTelemetry.Name))
            .WithTracing(tracing => tracing.AddSource(MinerTelemetry.Name))
            .UseFunctionsWorkerDefaults()
            .UseAzureMonitorExporter(exporter =>
            {
                ExporterIdentity.Give(exporter, connection, configuration["AZURE_CLIENT_ID"]);

                // Some alerts count log lines, so none may be left out with a trace that is.
                exporter.EnableTraceBasedLogsSampler = false;
            });
        services.Configure<OpenTelemetryLoggerOptions>(options => options.IncludeFormattedMessage = true);
    }
}
