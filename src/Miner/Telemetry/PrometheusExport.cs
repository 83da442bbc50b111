using Bittbridge.Miner.Configuration;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;

namespace Bittbridge.Miner.Telemetry;

/// <summary>Lets Prometheus read the metrics where the setting <c>Metrics</c> asks for it.</summary>
public static class PrometheusExport
{
    /// <summary>
    /// For a head that is its own server: beside the miner's metrics, those of .NET, and the name of the service. On Azure Functions both
    /// would also change what goes to Application Insights.
    /// </summary>
    public static IServiceCollection AddServerMetrics(
        this IServiceCollection services,
        IConfiguration configuration,
        MinerSettings settings
    )
    {
        ArgumentNullException.ThrowIfNull(settings);
        if (settings.Metrics == MetricsEndpoint.Prometheus)
        {
            services
                .AddOpenTelemetry()
                .ConfigureResource(resource => MinerTelemetry.Describe(resource, configuration))
                .WithMetrics(metrics => metrics.AddMeter(MinerTelemetry.DotNetMeters));
        }

        return services;
    }

    internal static IServiceCollection AddPrometheusExport(this IServiceCollection services, MinerSettings settings)
    {
        if (settings.Metrics == MetricsEndpoint.Prometheus)
        {
            services.AddOpenTelemetry().WithMetrics(metrics => metrics.AddMeter(MinerTelemetry.Name).AddPrometheusExporter());
        }

        return services;
    }

    /// <summary>The exporter's middleware as a handler: only one of the heads routes requests itself.</summary>
    internal static RequestDelegate Handler(IServiceProvider services)
    {
        var app = new ApplicationBuilder(services);
        app.UseOpenTelemetryPrometheusScrapingEndpoint(_ => true);
        return app.Build();
    }
}
