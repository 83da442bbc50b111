using Bittbridge.Bittensor.Authentication;

namespace Bittbridge.Miner.Challenges;

/// <summary>A request that was let in, or why it was not.</summary>
/// <param name="Caller">Who signed it; null in open mode, and in a refusal that anybody could have caused.</param>
/// <param name="Refusal">Null when it was let in.</param>
/// <param name="Place">The caller's place among those who are worked on.</param>
public sealed record Entry(Caller? Caller, Refusal? Refusal, IDisposable? Place = null) : IDisposable
{
    /// <summary>Whether the caller is known to have a validator permit.</summary>
    public bool HasPermit { get; init; }

    public void Dispose() => Place?.Dispose();
}
