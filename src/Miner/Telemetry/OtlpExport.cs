using Bittbridge.Miner.Configuration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Resources;

namespace Bittbridge.Miner.Telemetry;

/// <summary>
/// Sends logs, traces and metrics to an OpenTelemetry collector, where the standard variable names one. The other OTEL_ variables hold too.
/// </summary>
public static class OtlpExport
{
    public const string EndpointVariable = "OTEL_EXPORTER_OTLP_ENDPOINT";

    private const string ServiceNameVariable = "OTEL_SERVICE_NAME";

    /// <summary>
    /// Call this before <see cref="MinerServices.AddMiner(IServiceCollection, IConfiguration)"/>: hosted services start in the order in
    /// which they are added, and what they log before the exporter runs is lost.
    /// </summary>
    /// <exception cref="SettingsException">The endpoint is no URL.</exception>
    public static IServiceCollection AddOtlpExport(this IServiceCollection services, IConfiguration configuration)
    {
        if (configuration[EndpointVariable] is not { } endpoint || string.IsNullOrWhiteSpace(endpoint))
        {
            return services;
        }

        // The exporter itself would take its default in silence. A URL may hold a key, so its text is not repeated.
        if (!Uri.TryCreate(endpoint, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
        {
            throw new SettingsException(
                new SettingProblem(
                    EndpointVariable,
                    "no URL (not shown, for it may hold a key)",
                    "set it to one such as http://localhost:4317, or remove it"
                )
            );
        }

        // Requests that the miner makes are not traced: the URL of a node may hold a key.
        services
            .AddOpenTelemetry()
            .ConfigureResource(resource =>
            {
                if (string.IsNullOrWhiteSpace(configuration[ServiceNameVariable]))
                {
                    resource.AddService("bittbridge-miner", serviceVersion: ProductVersion.Value);
                }
            })
            .WithLogging(null, options => options.IncludeFormattedMessage = true)
            .WithTracing(tracing => tracing.AddSource("Microsoft.AspNetCore", MinerTelemetry.Name))
            .WithMetrics(metrics =>
                metrics.AddMeter(
                    MinerTelemetry.Name,
                    "Microsoft.AspNetCore.Hosting",
                    "Microsoft.AspNetCore.Server.Kestrel",
                    "System.Net.Http",
                    "System.Runtime"
                )
            )
            .UseOtlpExporter();
        return services;
    }
}
