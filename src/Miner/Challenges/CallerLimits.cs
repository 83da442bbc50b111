using System.Threading.RateLimiting;
using Bittbridge.Bittensor.Authentication;
using Bittbridge.Bittensor.Keys;
using Bittbridge.Miner.Configuration;

namespace Bittbridge.Miner.Challenges;

/// <summary>
/// Limits verified callers of one instance: requests a minute for each hotkey, and concurrent requests for all callers without a validator
/// permit. Permit holders never wait for other callers, so they have priority under overload. Only a verified request whose nonce was
/// reserved counts, so a stranger who sends or resends a request can't use up a caller's limit.
/// </summary>
internal sealed class CallerLimits(LimitSettings limits, TimeProvider clock) : IDisposable
{
    /// <summary>How many requests of callers without a permit run at once.</summary>
    public const int OthersAtOnce = 16;

    /// <summary>
    /// How many nonces of one caller are reserved at once, if it has a limit at all. Storage takes 64 at a time, so a caller that sends
    /// thousands delays the others by little.
    /// </summary>
    public const int ReservedAtOnce = 8;

    /// <summary>How many more requests of callers without a permit may wait.</summary>
    public const int OthersWaiting = 128;

    private static readonly Refusal Busy = new(429, RefusalReason.Busy, "This miner is busy with other callers: ask again in a moment.");

    private static readonly Refusal TooManyAtOnce = new(
        429,
        RefusalReason.RateLimited,
        $"More than {ReservedAtOnce} requests at once from one hotkey: send them one after another."
    );

    private readonly Refusal _tooOften = new(
        429,
        RefusalReason.RateLimited,
        $"More than {limits.PerCallerPerMinute} requests a minute from one hotkey: wait a minute."
    );

    private readonly ConcurrencyLimiter _others = new(
        new()
        {
            PermitLimit = OthersAtOnce,
            QueueLimit = OthersWaiting,
            QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        }
    );

    private readonly PartitionedRateLimiter<PublicKey>? _perCaller =
        limits.PerCallerPerMinute == 0
            ? null
            : PartitionedRateLimiter.Create<PublicKey, PublicKey>(hotkey =>
                RateLimitPartition.GetSlidingWindowLimiter(hotkey, _ => EachMinute(limits.PerCallerPerMinute))
            );

    private readonly PartitionedRateLimiter<PublicKey>? _reserving =
        limits.PerCallerPerMinute == 0
            ? null
            : PartitionedRateLimiter.Create<PublicKey, PublicKey>(hotkey =>
                RateLimitPartition.GetConcurrencyLimiter(hotkey, _ => new() { PermitLimit = ReservedAtOnce })
            );

    /// <summary>The limit of one caller.</summary>
    internal static SlidingWindowRateLimiterOptions EachMinute(int requests) =>
        new()
        {
            PermitLimit = requests,
            Window = TimeSpan.FromMinutes(1),
            SegmentsPerWindow = 6,
        };

    /// <summary>
    /// A refusal if the caller has reached its limit for this minute, else null; does not count the request. It does not name the caller,
    /// since a stranger may have resent what the caller signed.
    /// </summary>
    public Refusal? Peek(Caller caller) =>
        _perCaller?.GetStatistics(caller.Hotkey.PublicKey) is { CurrentAvailablePermits: 0 } ? _tooOften : null;

    /// <summary>
    /// Begins to reserve a request's nonce; dispose it when the reservation has ended. A caller's requests count only once that has
    /// happened, so without this bound one that sends thousands at once would have them all at storage.
    /// </summary>
    public Result<RateLimitLease?> Begin(Caller caller)
    {
        var lease = _reserving?.AttemptAcquire(caller.Hotkey.PublicKey);
        return lease is { IsAcquired: false } ? TooManyAtOnce : lease;
    }

    /// <summary>Counts a verified request whose nonce was reserved; a refusal if that exceeds the limit, else null.</summary>
    public Refusal? Count(Caller caller)
    {
        using var lease = _perCaller?.AttemptAcquire(caller.Hotkey.PublicKey);
        return lease is { IsAcquired: false } ? _tooOften with { Caller = caller } : null;
    }

    /// <summary>
    /// Takes a place among the running requests; dispose it to free the place. A permit holder needs none, so its place is null. Others may
    /// wait for one, at most <paramref name="timeLeft"/>.
    /// </summary>
    public async ValueTask<Result<RateLimitLease?>> EnterAsync(bool hasPermit, TimeSpan timeLeft, CancellationToken ct)
    {
        if (hasPermit)
        {
            return (RateLimitLease?)null;
        }

        var lease = _others.AttemptAcquire();
        if (!lease.IsAcquired && timeLeft > TimeSpan.Zero)
        {
            using var spent = new CancellationTokenSource(timeLeft, clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(spent.Token, ct);
            try
            {
                lease = await _others.AcquireAsync(1, either.Token);
            }
            catch (OperationCanceledException) when (!ct.IsCancellationRequested)
            {
                return Busy;
            }
        }

        return lease.IsAcquired ? lease : Busy;
    }

    public void Dispose()
    {
        _others.Dispose();
        _perCaller?.Dispose();
        _reserving?.Dispose();
    }
}
