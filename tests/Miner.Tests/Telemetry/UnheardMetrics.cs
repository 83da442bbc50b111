using System.Diagnostics.Metrics;
using Bittbridge.Miner.Telemetry;
using Microsoft.Extensions.DependencyInjection;

namespace Bittbridge.Miner.Tests.Telemetry;

/// <summary>Metrics for parts that are tested without the whole miner; nothing listens to them.</summary>
internal static class UnheardMetrics
{
    private static readonly ServiceProvider Services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    public static MinerMetrics New() => new(Services.GetRequiredService<IMeterFactory>(), TimeProvider.System);
}
