using Bittbridge.Bittensor.Keys;

namespace Bittbridge.Bittensor.Authentication;

/// <summary>
/// Verifies who signed a request to this miner. Has no state, clock or I/O: the same request at the same time always gives the same result.
/// </summary>
/// <param name="ownHotkey">The miner's own address, to which requests must be bound.</param>
/// <param name="ed25519Callers"> Callers that sign with ed25519 although their keys could be sr25519 keys, as one in sixteen ed25519 keys
/// could. The scheme of every other caller follows from its key.
/// </param>
public sealed class RequestAuthentication(Ss58Address ownHotkey, IEnumerable<PublicKey>? ed25519Callers = null)
{
    private readonly Receiver _receiver = new(ownHotkey.ToString(), ownHotkey.PublicKey, (ed25519Callers ?? []).ToHashSet());

    /// <summary>
    /// Verifies format, receiver, freshness and signature, in this order. When any header of <c>btauth/1</c> is present, only that format
    /// applies: a request never falls back to the weaker format. Access and replay are checked later.
    /// </summary>
    /// <param name="request">The request as received.</param>
    /// <param name="now">The miner's clock, Unix nanoseconds.</param>
    public AuthenticationResult Authenticate(in SignedRequest request, long now)
    {
        return request.Headers.Format == WireFormat.BtAuth1
            ? BtAuthFormat.Authenticate(request, _receiver, now)
            : V10Format.Authenticate(request.Headers, _receiver, now);
    }
}
