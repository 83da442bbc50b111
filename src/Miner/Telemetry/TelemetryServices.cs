using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace Bittbridge.Miner.Telemetry;

/// <summary>Registers the miner's metrics. Nothing is exported unless a head adds an exporter.</summary>
internal static class TelemetryServices
{
    public static IServiceCollection AddMinerMetrics(this IServiceCollection services) =>
        services
            .AddMetrics()
            .AddSingleton(provider => new MinerMetrics(
                provider.GetRequiredService<IMeterFactory>(),
                provider.GetRequiredService<TimeProvider>()
            ));
}
