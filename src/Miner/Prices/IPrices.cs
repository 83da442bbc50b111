namespace Bittbridge.Miner.Prices;

/// <summary>The prices as a request sees them: from memory, refreshed from storage behind its back.</summary>
internal interface IPrices
{
    /// <summary>What is in memory now; null when nothing was read yet. Never waits.</summary>
    PriceSnapshot? InMemory { get; }

    /// <summary>
    /// The snapshot in memory, with a refresh started in the background when it is older than some seconds. Only where memory is empty is
    /// storage read first; one read at a time, whoever asks. Null when there is none to be had (empty or unreachable storage); never throws
    /// but for cancellation.
    /// </summary>
    ValueTask<PriceSnapshot?> CurrentAsync(CancellationToken ct);

    /// <summary>Why the last read of storage failed, in words; null when it did not.</summary>
    string? LastReadFailure { get; }
}
