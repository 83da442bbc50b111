using Bittbridge.Miner.Prices.Sync;

namespace Bittbridge.Miner.TrackRecord;

/// <summary>The work of the price timer: the poll, then the scoring of matured forecasts.</summary>
public sealed class PollAndScore(PriceRefresh prices, ForecastScoring scoring)
{
    public async Task RunAsync(CancellationToken ct)
    {
        await prices.RefreshAsync(ct);
        await scoring.RunAsync(ct);
    }
}
