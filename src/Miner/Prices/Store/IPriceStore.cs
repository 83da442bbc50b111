using Bittbridge.Models;

namespace Bittbridge.Miner.Prices.Store;

/// <summary>Where the prices of one series are kept.</summary>
public interface IPriceStore
{
    /// <summary>The snapshot; null when it is missing or unreadable.</summary>
    Task<PriceSnapshot?> ReadAsync(CancellationToken ct);

    /// <summary>Points from the history partitions, both ends included.</summary>
    Task<PriceHistory> ReadHistoryAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken ct);

    /// <summary>Keeps new points, in the history first and then in the snapshot, whatever another writer does at the same time.</summary>
    /// <param name="source">Where they came from.</param>
    /// <param name="before">What was known before.</param>
    /// <param name="after">What is known now.</param>
    /// <param name="poll">Brings the poll's state up to date; it may be asked again with a newer state.</param>
    /// <param name="replaceHistory">Whether the snapshot's points are to be replaced and not merged.</param>
    /// <param name="ct">Ends the work; what was not written is written by the next poll.</param>
    Task SaveAsync(
        string source,
        PriceHistory before,
        PriceHistory after,
        Func<PollState, PollState> poll,
        bool replaceHistory,
        CancellationToken ct
    );

    /// <summary>
    /// Claims a poll out of turn: of all instances that try within a time, one gets it. One that dies keeps it no longer than that.
    /// </summary>
    /// <param name="length">How long no other one gets it.</param>
    /// <param name="ct">Ends the wait.</param>
    Task<bool> TryClaimPollAsync(TimeSpan length, CancellationToken ct);
}
