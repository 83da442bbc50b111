using Bittbridge.Bittensor.Authentication;
using Bittbridge.Miner.Challenges;

namespace Bittbridge.Miner.Access;

/// <summary>The step of the way of a challenge that turns a request into a <see cref="Caller"/> or a reason to refuse it.</summary>
public interface ICallerAuthentication
{
    /// <summary>Who signed the request, or why it is refused. Both are null only where nobody is asked for a signature.</summary>
    (Caller? Caller, Refusal? Refusal) Authenticate(IncomingRequest request);
}
