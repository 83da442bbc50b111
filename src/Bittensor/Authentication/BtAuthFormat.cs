using System.Security.Cryptography;
using System.Text;

namespace Bittbridge.Bittensor;

/// <summary><c>btauth/1</c> [subtensor <c>docs/guides/signed-requests.mdx</c>]: method, target and the raw body's hash are signed too.</summary>
internal static class BtAuthFormat
{
    public const string Version = "1";
    public const string Sr25519Scheme = "sr25519";
    public const string Ed25519Scheme = "ed25519";

    public static AuthenticationResult Authenticate(in SignedRequest request, string ownHotkey, long now)
    {
        var headers = request.Headers;
        if (headers.RefuseDuplicates(HeaderNames.BtAuth) is { } duplicate)
        {
            return duplicate;
        }

        if (headers.Single(HeaderNames.BtAuthVersion) != Version)
        {
            return Refusal.Malformed($"The header {HeaderNames.BtAuthVersion} is not {Version}.");
        }

        if (headers.Single(HeaderNames.BtAuthHotkey) is not { } hotkeyText || !Ss58Address.TryParse(hotkeyText, out var hotkey))
        {
            return Refusal.Malformed($"The header {HeaderNames.BtAuthHotkey} is missing or no ss58 address.");
        }

        // The scheme may be taken from the header, for it is part of what is signed. A header that is there but empty names no scheme.
        var scheme = headers(HeaderNames.BtAuthCrypto) is [var named] ? named : Sr25519Scheme;
        if (scheme is not (Sr25519Scheme or Ed25519Scheme))
        {
            return Refusal.Malformed($"The header {HeaderNames.BtAuthCrypto} is neither {Sr25519Scheme} nor {Ed25519Scheme}.");
        }

        if (headers.Single(HeaderNames.BtAuthNonce) is not { } nonceText || !HeaderValues.TryReadNonce(nonceText, out var nonce))
        {
            return Refusal.Malformed($"The header {HeaderNames.BtAuthNonce} is missing or no whole number of nanoseconds.");
        }

        Span<byte> signature = stackalloc byte[Sr25519.SignatureBytes];
        if (headers.Single(HeaderNames.BtAuthSignature) is not { } signatureText || !StrictHex.TryDecodePrefixed(signatureText, signature, lowerCaseOnly: true))
        {
            return Refusal.Malformed($"The header {HeaderNames.BtAuthSignature} is missing or not 0x and {2 * Sr25519.SignatureBytes} lower-case hex digits.");
        }

        if (headers.Single(HeaderNames.BtAuthReceiver) != ownHotkey)
        {
            return Refusal.NotVerified("Wrong receiver: the request is not bound to this miner's hotkey");
        }

        var freshness = Freshness.ForBtAuth(now);
        if (!freshness.Holds(nonce))
        {
            return HeaderValues.RefuseStale(nonce, now);
        }

        var message = Message(scheme, request.Method, request.Target, request.Body.Span, nonceText, hotkeyText, ownHotkey);
        var verified = scheme == Sr25519Scheme
            ? Sr25519.Verify(hotkey.PublicKey, message, signature)
            : Ed25519.Verify(hotkey.PublicKey, message, signature);
        return verified
            ? new Caller(hotkey, WireFormat.BtAuth1, "", nonce, freshness, Freshness.DefaultTimeout)
            : Refusal.NotVerified("Signature mismatch");
    }

    /// <summary>What is signed: eight lines, no newline after the last.</summary>
    internal static byte[] Message(string scheme, string method, string target, ReadOnlySpan<byte> body, string nonce, string hotkey, string receiver)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(body, hash);
        return Encoding.UTF8.GetBytes($"btauth/1\n{scheme}\n{method}\n{target}\n{Convert.ToHexStringLower(hash)}\n{nonce}\n{hotkey}\n{receiver}");
    }
}
