using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Prices;
using Bittbridge.Miner.Prices.Sync;
using Bittbridge.Models.BuiltIn.Offshore;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Bittbridge.Miner.Health;

/// <summary>Whether the offshore rate is there when it matters. It is never unhealthy, because the miner answers without it.</summary>
internal sealed class RatesHealth(RateReader rates, MinerSettings settings, TimeProvider clock) : IHealthCheck
{
    private string Consequence =>
        settings.Model == OffshoreOpeningModel.Name
            ? "; without it, forecasts across openings are those of the model that it wraps"
            : $"; the model {Shown.Value(settings.Model)} does not use it, so this only leaves a gap in the stored rates";

    /// <summary>The first poll of a night may take two steps of the timer.</summary>
    private static readonly TimeSpan FirstPoll = TimeSpan.FromMinutes(10);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        RateSnapshot? snapshot;
        try
        {
            snapshot = await rates.CurrentAsync(cancellationToken).WaitAsync(settings.Budget, clock, cancellationToken);
        }
        catch (TimeoutException)
        {
            return HealthCheckResult.Degraded($"the offshore rates can't be read in time{Consequence}");
        }

        var now = clock.GetUtcNow();
        return rates.LastReadFailure is { } failure
                ? HealthCheckResult.Degraded($"the offshore rates can't be read: {failure}{Consequence}")
            : !RateHours.Matters(now) || !RateHours.Matters(now - FirstPoll)
                ? HealthCheckResult.Healthy("the offshore rate does not matter now")
            : snapshot?.Poll.LastFailure is { } fault
                ? HealthCheckResult.Degraded($"{fault} ({snapshot.Poll.FailuresInARow} failures in a row){Consequence}")
            : snapshot?.Rates.At(now, OffshoreOpeningModel.MaxRateAge) is { } rate
                ? HealthCheckResult.Healthy(FormattableString.Invariant($"USD/CNH {rate:0.0000}, {snapshot.Poll.CallsThatDay} calls today"))
            : HealthCheckResult.Degraded($"no offshore rate of the last hour is known{Consequence}");
    }
}
