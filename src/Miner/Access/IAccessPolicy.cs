using Bittbridge.Bittensor.Authentication;

namespace Bittbridge.Miner.Access;

/// <summary>Says whether a verified caller may call. It never waits for the chain.</summary>
public interface IAccessPolicy
{
    /// <param name="caller">A caller whose signature was verified.</param>
    /// <param name="ct">The caller went away, or the budget is spent.</param>
    ValueTask<AccessVerdict> JudgeAsync(Caller caller, CancellationToken ct);
}
