using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner;

/// <summary>What a timer does once an hour so that nothing grows for ever.</summary>
public sealed class Housekeeping(IForecastLog forecasts, PriceSeries series, MinerSettings settings, TimeProvider clock, ILogger<Housekeeping> logger)
{
    public async Task RunAsync(CancellationToken ct)
    {
        var dropped = await forecasts.PruneAsync(series, clock.GetUtcNow().AddDays(-settings.ForecastRetentionDays), ct).ConfigureAwait(false);
        if (dropped > 0)
        {
            ForecastingLog.Pruned(logger, dropped, settings.ForecastRetentionDays);
        }
    }
}
