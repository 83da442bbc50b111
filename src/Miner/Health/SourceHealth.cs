using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Bittbridge.Miner.Health;

/// <summary>Whether the last poll of the price source succeeded.</summary>
internal sealed class SourceHealth(HealthPrices snapshots) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        (await snapshots.ReadAsync(cancellationToken))?.Poll switch
        {
            null => HealthCheckResult.Degraded("no poll has succeeded yet"),
            { LastFailure: { } failure } poll => HealthCheckResult.Degraded(
                $"{failure} ({poll.FailuresInARow} failures in a row, {poll.CallsThisMonth} calls this month)"
            ),
            var poll => HealthCheckResult.Healthy($"{poll.CallsThisMonth} calls this month"),
        };
}
