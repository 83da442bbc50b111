using System.Globalization;
using Bittbridge.Bittensor.Authentication;

namespace Bittbridge.Miner.Replay;

/// <summary>The result of a lookup in memory.</summary>
internal enum NonceClaim
{
    /// <summary>Not seen before; it is remembered now. Of several concurrent calls only one gets this.</summary>
    Claimed,

    /// <summary>Seen before.</summary>
    Seen,

    /// <summary>Not among the remembered nonces, and there is no room to remember it.</summary>
    NoRoom,

    /// <summary>So old that it may have been remembered and dropped.</summary>
    Stale,
}

/// <summary>
/// The nonces that this process has seen, kept for as long as they could be replayed. Bounded: when it is full of replayable nonces, it
/// drops none of them for a new one, because a dropped nonce could be accepted twice. Thread-safe.
/// </summary>
/// <param name="capacity">The maximum number of nonces; each takes about 120 bytes.</param>
/// <param name="clock">The miner's clock.</param>
internal sealed class NonceCache(int capacity, TimeProvider clock)
{
    /// <summary>
    /// How long a nonce is kept after it has become stale. Freshness is checked when a request arrives, and its body may take seconds to
    /// arrive; the nonce must not be dropped meanwhile.
    /// </summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    private static readonly long GraceNanoseconds = UnixNanoseconds.Of(Grace);

    private readonly Lock _gate = new();
    private readonly HashSet<UInt128> _seen = [];

    // Nonces that are in the queue until they expire, and may be claimed again.
    private readonly HashSet<UInt128> _released = [];

    // The capacity applies to the queue, which also has the released nonces.
    private readonly PriorityQueue<Remembered, long> _byEnd = new();
    private readonly (DateTimeOffset Date, long Timestamp) _started = (clock.GetUtcNow(), clock.GetTimestamp());
    private long _unrememberedUntil = long.MinValue;

    /// <summary>How long ago this cache started.</summary>
    public TimeSpan Age => clock.GetElapsedTime(_started.Timestamp);

    /// <summary>How many nonces are remembered.</summary>
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
    /// <param name="hash">The hash of its <see cref="ReplayKey"/>, hex digits.</param>
    /// <param name="replayableUntil">When it becomes stale, Unix nanoseconds; always the same for the same nonce.</param>
    public NonceClaim Claim(string hash, long replayableUntil)
    {
        var (nonce, now) = (FirstHalf(hash), UnixNanoseconds.Of(clock.GetUtcNow()));
        lock (_gate)
        {
            // Check for a known nonce first, before the age and capacity checks.
            if (_seen.Contains(nonce))
            {
                return NonceClaim.Seen;
            }

            if (IsOver(replayableUntil, now))
            {
                return NonceClaim.Stale;
            }

            if (_released.Remove(nonce))
            {
                _seen.Add(nonce);
                return NonceClaim.Claimed;
            }

            while (_byEnd.TryPeek(out var oldest, out var end) && IsOver(end, now) && clock.GetElapsedTime(oldest.Since) > oldest.Length)
            {
                _byEnd.Dequeue();
                _seen.Remove(oldest.Nonce);
                _released.Remove(oldest.Nonce);
            }

            if (_byEnd.Count >= capacity)
            {
                return NonceClaim.NoRoom;
            }

            _seen.Add(nonce);
            _byEnd.Enqueue(
                new(
                    nonce,
                    clock.GetTimestamp(),
                    TimeSpan.FromTicks((replayableUntil + GraceNanoseconds - now) / TimeSpan.NanosecondsPerTick)
                ),
                replayableUntil
            );
            return NonceClaim.Claimed;
        }
    }

    /// <summary>
    /// Whether a nonce was signed before this cache started, by its caller's clock. Memory alone can't tell whether such a nonce was used:
    /// an earlier process may have answered it. If the clock was ahead at the start and has been set back, the start is counted back from
    /// now. If it was behind and has been set forward, a request from before the start may be accepted until it is stale.
    /// </summary>
    public bool IsFromBefore(long nonce)
    {
        var counted = clock.GetUtcNow() - Age;
        return nonce < UnixNanoseconds.Of(counted < _started.Date ? counted : _started.Date);
    }

    /// <summary>Releases a nonce whose request was not answered.</summary>
    public void Release(string hash)
    {
        var nonce = FirstHalf(hash);
        lock (_gate)
        {
            if (_seen.Remove(nonce))
            {
                _released.Add(nonce);
            }
        }
    }

    /// <summary>
    /// Notes that a nonce was accepted although there was no room to remember it. From now on memory alone can't decide about nonces that
    /// become stale no later than that one.
    /// </summary>
    public void TakenUnremembered(long replayableUntil)
    {
        lock (_gate)
        {
            _unrememberedUntil = Math.Max(_unrememberedUntil, replayableUntil);
        }
    }

    /// <summary>Whether a nonce that is not remembered here was certainly not accepted by this process.</summary>
    public bool CanTell(long replayableUntil)
    {
        lock (_gate)
        {
            return replayableUntil > _unrememberedUntil;
        }
    }

    private static bool IsOver(long replayableUntil, long now) => replayableUntil < now - GraceNanoseconds;

    /// <summary>
    /// The first 32 hex digits of a SHA-256, which take a tenth of the memory of the whole text. Two of 100,000 nonces share them with a
    /// probability of 10^-29; the second would be refused.
    /// </summary>
    private static UInt128 FirstHalf(string hash) =>
        UInt128.Parse(hash.AsSpan(0, 32), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    /// <summary>
    /// A nonce in the queue. Its time must have passed by the clock's monotonic timestamps too: if the wall clock jumps ahead and back, a
    /// nonce dropped meanwhile would be fresh again.
    /// </summary>
    /// <param name="Nonce">The first half of its hash.</param>
    /// <param name="Since">The timestamp at which it was claimed.</param>
    /// <param name="Length">How long it is kept.</param>
    private readonly record struct Remembered(UInt128 Nonce, long Since, TimeSpan Length);
}
