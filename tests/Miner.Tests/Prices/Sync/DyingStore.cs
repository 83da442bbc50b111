using Bittbridge.Miner.Prices;
using Bittbridge.Miner.Prices.Store;
using Bittbridge.Models;

namespace Bittbridge.Miner.Tests.Prices.Sync;

/// <summary>
/// A store whose process dies between the history and the snapshot: the points are in the history partitions, the snapshot is as it was.
/// </summary>
internal sealed class DyingStore(IPriceStore store) : IPriceStore
{
    public Task<PriceSnapshot?> ReadAsync(CancellationToken ct) => store.ReadAsync(ct);

    public Task<PriceHistory> ReadHistoryAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken ct) =>
        store.ReadHistoryAsync(from, to, ct);

    public Task<bool> TryClaimPollAsync(TimeSpan length, CancellationToken ct) => store.TryClaimPollAsync(length, ct);

    public Task<bool> TryClaimScheduledPollAsync(DateTimeOffset next, CancellationToken ct) => store.TryClaimScheduledPollAsync(next, ct);

    public async Task SaveAsync(
        string source,
        PriceHistory before,
        PriceHistory after,
        Func<PollState, PollState> poll,
        bool replaceHistory,
        CancellationToken ct
    )
    {
        // The poll's state is asked for only once the history is written, so throwing there is dying between the two.
        await store.SaveAsync(source, before, after, _ => throw new IOException("the process died"), replaceHistory, ct);
        Assert.Fail("The store wrote its snapshot without asking for the state of the poll.");
    }
}
