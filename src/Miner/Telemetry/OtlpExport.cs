using Bittbridge.Miner.Configuration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;

namespace Bittbridge.Miner.Telemetry;

/// <summary>
/// Sends logs, traces and metrics to an OpenTelemetry collector when the standard variable names one. The other OTEL_ variables work too.
/// </summary>
public static class OtlpExport
{
    public const string EndpointVariable = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>
    /// Call this before <see cref="MinerServices.AddMiner(IServiceCollection, IConfiguration)"/>: hosted services start in the order of
    /// registration, and logs before the exporter's start are lost.
    /// </summary>
    /// <exception cref="SettingsException">The endpoint is not a URL.</exception>
    public static IServiceCollection AddOtlpExport(this IServiceCollection services, IConfiguration configuration)
    {
        if (configuration[EndpointVariable] is not { } endpoint || string.IsNullOrWhiteSpace(endpoint))
        {
            return services;
        }

        // The exporter would silently use its default. A URL may contain a key, so the message does not repeat it.
        if (!Uri.TryCreate(endpoint, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
        {
            throw new SettingsException(
                new SettingProblem(
                    EndpointVariable,
                    "not a URL (not shown, because it may contain a key)",
                    "set it to one such as http://localhost:4317, or remove it"
                )
            );
        }

        // Outgoing requests are not traced: the URL of a node may contain a key.
        services
            .AddOpenTelemetry()
            .ConfigureResource(resource => MinerTelemetry.Describe(resource, configuration))
            .WithLogging(null, options => options.IncludeFormattedMessage = true)
            .WithTracing(tracing => tracing.AddSource("Microsoft.AspNetCore", MinerTelemetry.Name))
            .WithMetrics(metrics => metrics.AddMeter([MinerTelemetry.Name, .. MinerTelemetry.DotNetMeters]))
            .UseOtlpExporter();
        return services;
    }
}
