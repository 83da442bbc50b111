using System.Globalization;
using Bittbridge.Models;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Bittbridge.Miner;

/// <summary>Whether there are prices to forecast from, and how old the newest is.</summary>
internal sealed class PricesHealth(SnapshotAtHand snapshots, TimeProvider clock) : IHealthCheck
{
    /// <summary>Three polls have brought nothing.</summary>
    private static readonly TimeSpan OldPrice = TimeSpan.FromMinutes(15);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var snapshot = await snapshots.ReadAsync(cancellationToken).ConfigureAwait(false);
        if (snapshot?.History.Newest is not PricePoint newest)
        {
            return HealthCheckResult.Unhealthy("no price is known yet");
        }

        var age = clock.GetUtcNow() - newest.Time;
        var detail = string.Create(CultureInfo.InvariantCulture,
            $"{snapshot.History.Count} prices of {snapshot.Series} from {snapshot.Source}; the newest is {age.TotalMinutes:0.0} minutes old");
        return age > ForecastDesk.OldestPrice ? HealthCheckResult.Unhealthy($"{detail}, too old to answer with")
            : age > OldPrice ? HealthCheckResult.Degraded(detail)
            : HealthCheckResult.Healthy(detail);
    }
}
