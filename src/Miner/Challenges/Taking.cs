using Bittbridge.Bittensor.Authentication;
using Bittbridge.Miner.Replay;

namespace Bittbridge.Miner.Challenges;

/// <summary>Takes a request that was let in: once, and within its caller's share.</summary>
public sealed class Taking(IReplayGuard replay, CallerLimits limits)
{
    /// <summary>
    /// Null when it was taken. A refusal with a caller is the caller's own doing; one without may be a stranger's, who sent again what the
    /// caller had signed.
    /// </summary>
    public async Task<(Refusal? Refusal, Caller? Caller)> TakeAsync(Caller? caller, CancellationToken ct)
    {
        if (caller is null)
        {
            return (null, null);
        }

        if (await replay.TakeAsync(caller, ct) is { } refusal)
        {
            return (refusal, null);
        }

        return (limits.Count(caller), caller);
    }
}
