using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner;

/// <summary>Drops the recorded forecasts that are past their age.</summary>
public sealed class ForecastPruning(IForecastLog forecasts, PriceSeries series, MinerSettings settings, TimeProvider clock, ILogger<ForecastPruning> logger) : IChore
{
    public string Name => "Pruning the forecasts";

    public async Task RunAsync(CancellationToken ct)
    {
        var dropped = await forecasts.PruneAsync(series, clock.GetUtcNow().AddDays(-settings.ForecastRetentionDays), ct).ConfigureAwait(false);
        if (dropped > 0)
        {
            ForecastingLog.Pruned(logger, dropped, settings.ForecastRetentionDays);
        }
    }
}
