using Bittbridge.Bittensor.Authentication;
using Bittbridge.Miner.Challenges;

namespace Bittbridge.Miner.Access;

/// <summary>Says whether a verified caller may call. It never waits for the chain.</summary>
internal interface IAccessPolicy
{
    /// <param name="caller">A caller whose signature was verified.</param>
    /// <param name="ct">The caller went away, or the budget is spent.</param>
    /// <returns>A refusal with 403 for a caller that may not call, and with 503 where that can't be known.</returns>
    ValueTask<Result<AccessGrant>> AuthorizeAsync(Caller caller, CancellationToken ct);
}

/// <summary>What a caller that may call is.</summary>
/// <param name="HasPermit">It is known to have a validator permit: under overload it goes first.</param>
internal readonly record struct AccessGrant(bool HasPermit);
