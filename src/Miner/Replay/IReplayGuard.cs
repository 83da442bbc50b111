using Bittbridge.Bittensor.Authentication;

namespace Bittbridge.Miner.Replay;

/// <summary>Takes every request once.</summary>
public interface IReplayGuard
{
    /// <summary>
    /// Takes a verified, fresh request. Null when it was taken just now, and by this call; else 401 for one that was taken before, or 503
    /// where nobody can tell and the settings say to refuse then.
    /// </summary>
    /// <param name="caller">Who signed it, with its nonce.</param>
    /// <param name="ct">The caller went away.</param>
    Task<Refusal?> TakeAsync(Caller caller, CancellationToken ct);
}
