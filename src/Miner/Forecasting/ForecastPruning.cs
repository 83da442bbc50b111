using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Housekeeping;
using Bittbridge.Miner.Prices;
using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner.Forecasting;

/// <summary>Deletes the stored forecasts that are older than the setting allows.</summary>
internal sealed class ForecastPruning(
    IForecastLog forecasts,
    PriceSeries series,
    MinerSettings settings,
    TimeProvider clock,
    ILogger<ForecastPruning> logger
) : IHousekeepingTask
{
    public string Name => "Pruning the forecasts";

    public async Task RunAsync(CancellationToken ct)
    {
        var dropped = await forecasts.PruneAsync(series, clock.GetUtcNow().AddDays(-settings.ForecastRetentionDays), ct);
        if (dropped > 0)
        {
            ForecastingLog.Pruned(logger, dropped, settings.ForecastRetentionDays);
        }
    }
}
