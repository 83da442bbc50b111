using Bittbridge.Miner.Configuration;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Bittbridge.Miner.Replay;

/// <summary>Where nonces are stored, and since when an outage has limited that to memory.</summary>
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
                "memory: this process alone remembers the requests it accepted; use this mode for a single instance only"
            ),
            (ReplayMode.Strict, { } outage) => HealthCheckResult.Unhealthy(
                $"strict: no caller has been answered since {outage.Since:u}, because {outage.Problem}; {outage.Requests} requests were "
                    + $"refused for this reason"
            ),
            (_, { } outage) => HealthCheckResult.Degraded(
                $"durable: in memory only since {outage.Since:u}, because {outage.Problem}; {outage.Requests} requests were accepted "
                    + $"without storage, and another instance may accept them again"
            ),
            (ReplayMode.Strict, null) => HealthCheckResult.Healthy(
                $"strict: shared by all instances; {count} requests could not be decided since the start"
            ),
            _ => HealthCheckResult.Healthy(
                $"durable: shared by all instances; {count} requests were accepted without storage since the start"
            ),
        };
    }
}
