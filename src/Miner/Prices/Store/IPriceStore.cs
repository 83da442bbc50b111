using Bittbridge.Models;

namespace Bittbridge.Miner.Prices.Store;

/// <summary>Stores the prices of one series.</summary>
public interface IPriceStore
{
    /// <summary>The snapshot; null when it is missing or unreadable.</summary>
    Task<PriceSnapshot?> ReadAsync(CancellationToken ct);

    /// <summary>Points from the history partitions, both ends included.</summary>
    Task<PriceHistory> ReadHistoryAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken ct);

    /// <summary>
    /// Stores new points, first in the history and then in the snapshot, also when another writer stores some at the same time.
    /// </summary>
    /// <param name="source">The name of their source.</param>
    /// <param name="before">The previous history.</param>
    /// <param name="after">The new history.</param>
    /// <param name="poll">Updates the polling state; it may be called again with a newer state.</param>
    /// <param name="replaceHistory">Whether to replace the snapshot's points instead of merging them.</param>
    /// <param name="ct">Cancels the work; the next poll writes what is missing.</param>
    Task SaveAsync(
        string source,
        PriceHistory before,
        PriceHistory after,
        Func<PollState, PollState> poll,
        bool replaceHistory,
        CancellationToken ct
    );

    /// <summary>
    /// Claims an extra poll: of all instances that try within a period, one gets it. An instance that stops keeps the claim no longer than
    /// that.
    /// </summary>
    /// <param name="length">How long the claim excludes other instances.</param>
    /// <param name="ct">Cancels the call.</param>
    Task<bool> TryClaimPollAsync(TimeSpan length, CancellationToken ct);

    /// <summary>Claims the poll of one scheduled time: of all instances that try, one gets it.</summary>
    /// <param name="next">The scheduled time after that one.</param>
    /// <param name="ct">Cancels the call.</param>
    Task<bool> TryClaimScheduledPollAsync(DateTimeOffset next, CancellationToken ct);
}
