using Bittbridge.Miner.Configuration;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Bittbridge.Miner.Replay;

/// <summary>Where answered requests are remembered, and since when that is less than it should be.</summary>
internal sealed class ReplayHealth(NonceStoreBreaker breaker, MinerSettings settings) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(Check());

    public HealthCheckResult Check()
    {
        var count = breaker.WithoutStore;
        return (settings.Replay, breaker.Outage) switch
        {
            (ReplayMode.Memory, _) => HealthCheckResult.Healthy(
                "memory: this process alone remembers what it has taken, which is for a single instance"
            ),
            (ReplayMode.Strict, { } outage) => HealthCheckResult.Unhealthy(
                $"strict: nobody is answered since {outage.Since:u}, as {outage.Problem}; {outage.Requests} requests were refused "
                    + $"for it"
            ),
            (_, { } outage) => HealthCheckResult.Degraded(
                $"durable: in memory only since {outage.Since:u}, as {outage.Problem}; {outage.Requests} requests were taken without "
                    + $"storage, which another instance may take again"
            ),
            (ReplayMode.Strict, null) => HealthCheckResult.Healthy(
                $"strict: shared by all instances; {count} requests could not be decided since the start"
            ),
            _ => HealthCheckResult.Healthy(
                $"durable: shared by all instances; {count} requests were taken without storage since the start"
            ),
        };
    }
}
