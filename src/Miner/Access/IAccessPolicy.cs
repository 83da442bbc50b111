using Bittbridge.Bittensor.Authentication;
using Bittbridge.Miner.Challenges;

namespace Bittbridge.Miner.Access;

/// <summary>Decides whether a verified caller may call. It never waits for the chain.</summary>
internal interface IAccessPolicy
{
    /// <param name="caller">A caller whose signature was verified.</param>
    /// <param name="ct">The caller disconnected, or the budget is spent.</param>
    /// <returns>A refusal: 403 for a caller that may not call, 503 when the policy can't decide.</returns>
    ValueTask<Result<AccessGrant>> AuthorizeAsync(Caller caller, CancellationToken ct);
}

/// <summary>A caller that may call.</summary>
/// <param name="HasPermit">Whether it is known to have a validator permit; such callers have priority under overload.</param>
internal readonly record struct AccessGrant(bool HasPermit);
