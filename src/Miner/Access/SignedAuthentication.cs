using Bittbridge.Bittensor.Authentication;
using Bittbridge.Bittensor.Keys;
using Bittbridge.Miner.Challenges;

namespace Bittbridge.Miner.Access;

/// <summary>Asks for a signature in either wire format, made for this miner and fresh by its clock.</summary>
public sealed class SignedAuthentication(Ss58Address ownHotkey, IEnumerable<PublicKey>? ed25519Callers = null) : ICallerAuthentication
{
    private readonly RequestAuthentication _formats = new(ownHotkey, ed25519Callers);

    public (Caller? Caller, Refusal? Refusal) Authenticate(IncomingRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var now = UnixNanoseconds.Of(request.ReceivedAt);
        var result = _formats.Authenticate(new(request.Method, request.RawTarget, name => request.Headers[name], request.Body), now);
        return (result.Caller, result.Refusal);
    }
}
