using Bittbridge.Miner.Prices.Sync;

namespace Bittbridge.Miner.TrackRecord;

/// <summary>The work of the price timer: the poll, then the scoring of matured forecasts, then what depends on both.</summary>
public sealed class PollAndScore(PriceRefresh prices, ForecastScoring scoring, params IEnumerable<IAfterPoll> after)
{
    public async Task RunAsync(CancellationToken ct)
    {
        try
        {
            await prices.RefreshAsync(ct);
            await scoring.RunAsync(ct);
        }
        finally
        {
            foreach (var work in after)
            {
                await work.AfterPollAsync(ct);
            }
        }
    }
}

/// <summary>Work that runs after each poll, also after one that failed.</summary>
public interface IAfterPoll
{
    Task AfterPollAsync(CancellationToken ct);
}
