using Bittbridge.Bittensor.Keys;

namespace Bittbridge.Bittensor.Authentication;

/// <summary>
/// Tells who signed a request to this miner. No state, no clock, no I/O: the same request at the same time always gives the same result.
/// </summary>
/// <param name="ownHotkey">The miner's own address, to which requests must be bound.</param>
/// <param name="ed25519Callers">
/// Callers that are pinned to ed25519 although their keys could be sr25519 keys, as one in sixteen ed25519 keys could. Every other caller's
/// scheme follows from its key.
/// </param>
public sealed class RequestAuthentication(Ss58Address ownHotkey, IEnumerable<PublicKey>? ed25519Callers = null)
{
    private readonly Receiver _receiver = new(ownHotkey.ToString(), ownHotkey.PublicKey, (ed25519Callers ?? []).ToHashSet());

    /// <summary>
    /// Verifies shape, receiver, freshness and signature, in this order. Where any header of <c>btauth/1</c> is there, it alone decides: a
    /// request is never judged by the weaker format because the stronger failed. Access and replay come after this.
    /// </summary>
    /// <param name="request">The request as received.</param>
    /// <param name="now">The miner's clock, Unix nanoseconds.</param>
    public AuthenticationResult Authenticate(in SignedRequest request, long now)
    {
        var headers = request.Headers;
        foreach (var name in HeaderNames.BtAuth)
        {
            if (headers(name).Count > 0)
            {
                return BtAuthFormat.Authenticate(request, _receiver, now);
            }
        }

        return V10Format.Authenticate(headers, _receiver, now);
    }
}
