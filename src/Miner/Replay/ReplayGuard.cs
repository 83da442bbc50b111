using Bittbridge.Bittensor.Authentication;
using Bittbridge.Miner.Configuration;

namespace Bittbridge.Miner.Replay;

/// <summary>
/// Accepts each request once. This process's memory decides first: of identical requests only the first continues, and the others are
/// refused at once. Then the shared store decides. A request that was not answered is released, so that it may be sent again.
/// </summary>
internal sealed class ReplayGuard(
    NonceCache cache,
    NonceStore store,
    NonceStoreBreaker breaker,
    PendingNonces pending,
    MinerSettings settings
)
{
    private static readonly Refusal Replayed = new(
        401,
        RefusalReason.Replayed,
        "Not Verified with error: Nonce was used before: every request is signed anew"
    );
    private static readonly Refusal TooOld = new(401, RefusalReason.Stale, "Not Verified with error: Nonce is too old");
    private static readonly Refusal Unknowable = new(
        503,
        RefusalReason.NonceStoreUnavailable,
        "This miner can't tell now whether the request came before: sign it anew and try again later."
    );

    /// <summary>
    /// Reserves the nonce of a verified, fresh request. Neither the request's budget nor a caller that disconnects ends that: a slow sender
    /// could exhaust the budget to skip the store.
    /// </summary>
    /// <param name="caller">Who signed it, with its nonce.</param>
    /// <returns>Null when this call reserved it; 401 when it was used before; 503 when the miner can't tell.</returns>
    public async Task<Refusal?> ReserveAsync(Caller caller)
    {
        var attempt = new NonceAttempt(ReplayKey.Of(caller));
        var claim = cache.Claim(attempt.Key.Hash, caller.ReplayableUntil);
        if (claim is NonceClaim.Seen or NonceClaim.Stale)
        {
            return claim == NonceClaim.Seen ? Replayed : TooOld;
        }

        var isRemembered = claim == NonceClaim.Claimed;
        if (settings.Replay == ReplayMode.Memory)
        {
            return !isRemembered ? Unknowable
                : cache.IsFromBefore(caller.Nonce) ? FromBefore()
                : null;
        }

        switch (breaker.IsOpen ? Reservation.Unavailable : await store.ReserveAsync(attempt, CancellationToken.None))
        {
            case Reservation.Reserved:
                if (!isRemembered)
                {
                    cache.TakenUnremembered(caller.ReplayableUntil);
                }

                return null;
            case Reservation.AlreadyUsed:
                return Replayed;
            case Reservation.Unavailable:
                breaker.CountWithout();
                if (settings.Replay == ReplayMode.Durable && isRemembered && MemoryCanDecide(caller))
                {
                    pending.Add(attempt, caller.ReplayableUntil);
                    return null;
                }

                break;
        }

        if (isRemembered)
        {
            cache.Release(attempt.Key.Hash);
        }

        return Unknowable;
    }

    private bool MemoryCanDecide(Caller caller) => cache.CanTell(caller.ReplayableUntil) && !cache.IsFromBefore(caller.Nonce);

    private Refusal FromBefore() =>
        new(
            401,
            RefusalReason.Stale,
            $"Not Verified with error: Nonce is from before this miner started {cache.Age.TotalSeconds:0.0} "
                + $"s ago, so it can't tell whether it was used: sign the request anew"
        );
}
