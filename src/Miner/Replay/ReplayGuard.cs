using System.Globalization;
using Bittbridge.Bittensor.Authentication;
using Bittbridge.Miner.Configuration;

namespace Bittbridge.Miner.Replay;

/// <summary>
/// Takes a request once. This process's memory comes first: of twins that meet here the first to come is decided on, and every other is
/// refused at once, whatever becomes of the first. Then the table that all instances share decides. A request that nobody was answered for
/// is forgotten here, so that it may be tried again.
/// </summary>
internal sealed class ReplayGuard(
    RecentNonces recent,
    SharedNonces shared,
    StorageReach reach,
    NonceBacklog backlog,
    MinerSettings settings,
    TimeProvider clock
) : IReplayGuard
{
    private static readonly Refusal Replayed = new(401, "Not Verified with error: Nonce was used before: every request is signed anew");
    private static readonly Refusal TooOld = new(401, "Not Verified with error: Nonce is too old");
    private static readonly Refusal Unknowable = new(
        503,
        "This miner can't tell now whether the request came before: sign it anew and try again later."
    );

    // Not limited by the request budget: a slow sender could otherwise exhaust it and skip the table lookup.
    public async Task<Refusal?> TakeAsync(Caller caller, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(caller);
        var attempt = new NonceAttempt(ReplayKey.Of(caller));
        var claim = recent.Claim(attempt.Key.Hash, caller.ReplayableUntil);
        if (claim is NonceClaim.Seen or NonceClaim.Stale)
        {
            return claim == NonceClaim.Seen ? Replayed : TooOld;
        }

        var remembered = claim == NonceClaim.Claimed;
        if (settings.Replay == ReplayMode.Memory)
        {
            return !remembered ? Unknowable
                : recent.IsFromBefore(caller.Nonce) ? FromBefore()
                : null;
        }

        switch (reach.Rests ? NonceTaking.Unknown : await shared.TakeAsync(attempt, ct))
        {
            case NonceTaking.Now:
                if (!remembered)
                {
                    recent.TakenUnremembered(caller.ReplayableUntil);
                }

                return null;
            case NonceTaking.Before:
                return Replayed;
            case NonceTaking.Unknown
                when settings.Replay == ReplayMode.Durable
                    && remembered
                    && recent.CanTell(caller.ReplayableUntil)
                    && !recent.IsFromBefore(caller.Nonce):
                reach.Without();
                backlog.Add(attempt, caller.ReplayableUntil);
                return null;
            case NonceTaking.Unknown:
                reach.Without();
                break;
        }

        if (remembered)
        {
            recent.Release(attempt.Key.Hash);
        }

        return Unknowable;
    }

    private Refusal FromBefore() =>
        new(
            401,
            string.Create(
                CultureInfo.InvariantCulture,
                $"Not Verified with error: Nonce is from before this miner started {(clock.GetUtcNow() - recent.Began).TotalSeconds:0.0} "
                    + $"s ago, so it can't tell whether it was used: sign the request anew"
            )
        );
}
