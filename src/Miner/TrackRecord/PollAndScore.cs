using Bittbridge.Miner.Prices.Sync;

namespace Bittbridge.Miner.TrackRecord;

/// <summary>What the price timer runs: the poll, and then the scoring of what has matured.</summary>
public sealed class PollAndScore(PriceRefresh prices, ForecastScoring scoring)
{
    public async Task RunAsync(CancellationToken ct)
    {
        await prices.RefreshAsync(ct);
        await scoring.RunAsync(ct);
    }
}
