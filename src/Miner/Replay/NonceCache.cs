using Bittbridge.Bittensor.Authentication;

namespace Bittbridge.Miner.Replay;

/// <summary>What memory says of a nonce.</summary>
internal enum NonceClaim
{
    /// <summary>Not seen before; it is remembered from now on. Of several concurrent calls only one gets this.</summary>
    Claimed,

    /// <summary>Seen before.</summary>
    Seen,

    /// <summary>Not among the remembered nonces, and there is no room to remember it.</summary>
    NoRoom,

    /// <summary>So old that it may have been remembered and dropped.</summary>
    Stale,
}

/// <summary>
/// The nonces that this process has seen, for as long as they could be replayed. Bounded: when it is full of what may still be replayed,
/// nothing is dropped for a newcomer, since what is dropped could be taken a second time. Safe for use by many threads.
/// </summary>
/// <param name="capacity">How many are remembered at most; each takes some 250 bytes.</param>
/// <param name="clock">The miner's clock.</param>
internal sealed class NonceCache(int capacity, TimeProvider clock)
{
    /// <summary>
    /// How long a nonce outlives its freshness here. Freshness is judged when a request arrives, and its body may take seconds to come: it
    /// must not be forgotten in between.
    /// </summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    private static readonly long GraceNanoseconds = UnixNanoseconds.Of(Grace);

    private readonly Lock _gate = new();
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);

    // A nonce that was released stays in here until its time has come, so this is what the capacity bounds.
    private readonly PriorityQueue<string, long> _byEnd = new();
    private long _unrememberedUntil = long.MinValue;

    /// <summary>When this memory began. What was signed before may have been taken by a process of which nothing is remembered.</summary>
    public DateTimeOffset Began { get; } = clock.GetUtcNow();

    /// <summary>How many are remembered.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _seen.Count;
            }
        }
    }

    /// <summary>Looks a nonce up and remembers it, in one step.</summary>
    /// <param name="hash">The hash of its <see cref="ReplayKey"/>.</param>
    /// <param name="replayableUntil">The moment past which it is stale, Unix nanoseconds; always the same for the same nonce.</param>
    public NonceClaim Claim(string hash, long replayableUntil)
    {
        var now = UnixNanoseconds.Of(clock.GetUtcNow());
        lock (_gate)
        {
            // Check for a known nonce first, before the age and capacity checks.
            if (_seen.Contains(hash))
            {
                return NonceClaim.Seen;
            }

            if (IsOver(replayableUntil, now))
            {
                return NonceClaim.Stale;
            }

            while (_byEnd.TryPeek(out var oldest, out var end) && IsOver(end, now))
            {
                _byEnd.Dequeue();
                _seen.Remove(oldest);
            }

            if (_byEnd.Count >= capacity)
            {
                return NonceClaim.NoRoom;
            }

            _seen.Add(hash);
            _byEnd.Enqueue(hash, replayableUntil);
            return NonceClaim.Claimed;
        }
    }

    /// <summary>
    /// Whether a nonce was signed before this memory began, by its caller's clock: then memory alone can't tell whether it was taken.
    /// </summary>
    public bool IsFromBefore(long nonce) => nonce < UnixNanoseconds.Of(Began);

    /// <summary>Forgets a claim that came to nothing: nobody was answered.</summary>
    public void Release(string hash)
    {
        lock (_gate)
        {
            _seen.Remove(hash);
        }
    }

    /// <summary>
    /// Notes that a nonce was taken for which there was no room: from now on memory alone can't tell of one that ends as early as this.
    /// </summary>
    public void TakenUnremembered(long replayableUntil)
    {
        lock (_gate)
        {
            _unrememberedUntil = Math.Max(_unrememberedUntil, replayableUntil);
        }
    }

    /// <summary>Whether a nonce that was not found here was certainly not taken by this process.</summary>
    public bool CanTell(long replayableUntil)
    {
        lock (_gate)
        {
            return replayableUntil > _unrememberedUntil;
        }
    }

    private static bool IsOver(long replayableUntil, long now) => replayableUntil < now - GraceNanoseconds;
}
