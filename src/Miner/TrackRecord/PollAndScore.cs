using Bittbridge.Miner.Prices.Sync;

namespace Bittbridge.Miner.TrackRecord;

/// <summary>
/// The work of the price timer: the poll of the price, the scoring of matured forecasts, the poll of the offshore rate if there is a
/// source, and then what depends on all of them.
/// </summary>
public sealed class PollAndScore(
    PriceRefresh prices,
    ForecastScoring scoring,
    RateRefresh? rates = null,
    params IEnumerable<IAfterPoll> after
)
{
    public Task RunAsync(CancellationToken ct) => RunAsync(prices.RefreshAsync, ct);

    /// <summary>The same with another poll of the price.</summary>
    internal async Task RunAsync(Func<CancellationToken, Task> refresh, CancellationToken ct)
    {
        try
        {
            await refresh(ct);
            await scoring.RunAsync(ct);

            // Last, so that a slow source of rates delays neither the prices nor the scores.
            if (rates is not null)
            {
                await rates.RefreshAsync(ct);
            }
        }
        finally
        {
            // Once cancelled, this would only hide why.
            if (!ct.IsCancellationRequested)
            {
                foreach (var work in after)
                {
                    await work.AfterPollAsync(ct);
                }
            }
        }
    }
}

/// <summary>Work that runs after each poll, also after one that failed.</summary>
public interface IAfterPoll
{
    Task AfterPollAsync(CancellationToken ct);
}
