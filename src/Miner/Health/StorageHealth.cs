using Bittbridge.Miner.Prices;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Bittbridge.Miner.Health;

/// <summary>Whether the last read of the prices from storage succeeded; without storage the miner answers from memory.</summary>
internal sealed class StorageHealth(HealthPrices snapshots, IPrices prices) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        _ = await snapshots.ReadAsync(cancellationToken);
        return prices.LastReadFailure is { } failure ? HealthCheckResult.Degraded(failure) : HealthCheckResult.Healthy();
    }
}
