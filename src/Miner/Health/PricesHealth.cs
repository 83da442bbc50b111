using Bittbridge.Miner.Prices;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Bittbridge.Miner.Health;

/// <summary>Whether there are prices to forecast from, how old the newest is, and whether it changes.</summary>
internal sealed class PricesHealth(HealthPrices snapshots, TimeProvider clock) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var condition = PriceCondition.Of(await snapshots.ReadAsync(cancellationToken), clock.GetUtcNow());
        return condition.Grade switch
        {
            PriceGrade.Fresh => HealthCheckResult.Healthy(condition.Detail),
            PriceGrade.Stuck or PriceGrade.Old => HealthCheckResult.Degraded(condition.Detail),
            _ => HealthCheckResult.Unhealthy(condition.Detail),
        };
    }
}
