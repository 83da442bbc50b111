using Azure.Monitor.OpenTelemetry.Exporter;
using Bittbridge.Miner.Telemetry;
using Microsoft.Azure.Functions.Worker.OpenTelemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Logs;

namespace Bittbridge.Functions;

/// <summary>
/// Sets up the worker's telemetry: its log levels, and the export to Application Insights and to an OpenTelemetry collector if configured.
/// </summary>
internal static class Telemetry
{
    private const string ConnectionVariable = "APPLICATIONINSIGHTS_CONNECTION_STRING";

    /// <summary>
    /// The log levels in host.json don't apply to the worker. Without these filters, every request logs four lines of the framework.
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
            // The worker's OpenTelemetry defaults replace the log scope that tells the host the invocation of a line. The host drops lines
            // without one, so the console and the log stream would show no line of the miner.
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

                // Some alerts count log lines, so the lines of a trace that is not sampled must be sent too.
                exporter.EnableTraceBasedLogsSampler = false;
            });
        services.Configure<OpenTelemetryLoggerOptions>(options => options.IncludeFormattedMessage = true);
    }
}
