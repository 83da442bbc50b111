using System.Globalization;
using Bittbridge.Miner.Configuration;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Bittbridge.Miner.Replay;

/// <summary>Where answered requests are remembered, and since when that is less than it should be.</summary>
internal sealed class ReplayHealth(StorageReach reach, MinerSettings settings) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(Check());

    public HealthCheckResult Check()
    {
        var count = reach.WithoutTable;
        return (settings.Replay, reach.Outage) switch
        {
            (ReplayMode.Memory, _) => HealthCheckResult.Healthy(
                "memory: this process alone remembers what it has taken, which is for a single instance"
            ),
            (ReplayMode.Strict, { } outage) => HealthCheckResult.Unhealthy(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"strict: nobody is answered since {outage.Since:u}, as {outage.Problem}; {outage.Requests} requests were refused "
                        + $"for it"
                )
            ),
            (_, { } outage) => HealthCheckResult.Degraded(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"durable: in memory only since {outage.Since:u}, as {outage.Problem}; {outage.Requests} requests were taken without "
                        + $"storage, which another instance may take again"
                )
            ),
            (ReplayMode.Strict, null) => HealthCheckResult.Healthy(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"strict: shared by all instances; {count} requests could not be decided since the start"
                )
            ),
            _ => HealthCheckResult.Healthy(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"durable: shared by all instances; {count} requests were taken without storage since the start"
                )
            ),
        };
    }
}
