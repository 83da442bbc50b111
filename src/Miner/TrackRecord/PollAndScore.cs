using Bittbridge.Miner.Prices.Sync;

namespace Bittbridge.Miner.TrackRecord;

/// <summary>
/// The work of the price timer: the polls of the price and, if there is a source, of the offshore rate, then the scoring of matured
/// forecasts.
/// </summary>
public sealed class PollAndScore(PriceRefresh prices, ForecastScoring scoring, RateRefresh? rates = null)
{
    public async Task RunAsync(CancellationToken ct)
    {
        await prices.RefreshAsync(ct);
        if (rates is not null)
        {
            await rates.RefreshAsync(ct);
        }

        await scoring.RunAsync(ct);
    }
}
