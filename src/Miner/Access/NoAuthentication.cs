using Bittbridge.Bittensor.Authentication;
using Bittbridge.Miner.Challenges;

namespace Bittbridge.Miner.Access;

/// <summary>For <see cref="AccessMode.Open"/>: whoever calls is answered, and nobody knows who it was.</summary>
public sealed class NoAuthentication : ICallerAuthentication
{
    public (Caller? Caller, Refusal? Refusal) Authenticate(IncomingRequest request) => (null, null);
}
