namespace Bittbridge.Miner.Prices;

/// <summary>The prices for requests: from memory, refreshed from storage in the background.</summary>
internal interface IPrices
{
    /// <summary>The snapshot in memory; null when nothing was read yet. Never waits.</summary>
    PriceSnapshot? InMemory { get; }

    /// <summary>
    /// The snapshot in memory; starts a background refresh when the snapshot is some seconds old, and waits for it for 150 ms at most
    /// unless the last one failed. When memory is empty, waits until the read ends; at most one read runs at a time. Null when there is
    /// no snapshot (empty or unreachable storage). Throws only for cancellation.
    /// </summary>
    ValueTask<PriceSnapshot?> CurrentAsync(CancellationToken ct);

    /// <summary>Why the last read of storage failed, in words; null when it succeeded.</summary>
    string? LastReadFailure { get; }
}
