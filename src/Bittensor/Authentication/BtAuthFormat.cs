using System.Security.Cryptography;
using System.Text;
using Bittbridge.Bittensor.Keys;
using Bittbridge.Bittensor.Signatures;

namespace Bittbridge.Bittensor.Authentication;

/// <summary>
/// <c>btauth/1</c> [subtensor <c>docs/guides/signed-requests.mdx</c>]: method, target and the raw body's hash are signed too.
/// </summary>
internal static class BtAuthFormat
{
    public const string Version = "1";
    public const string Sr25519Scheme = "sr25519";
    public const string Ed25519Scheme = "ed25519";

    // The newest specification has these schemes, off by default; this miner does not support them.
    private const string HashedScheme = "hashed";
    private const string MlDsaScheme = "mldsa";

    public static AuthenticationResult Authenticate(in SignedRequest request, in Receiver receiver, long now)
    {
        var headers = request.Headers;
        if (headers.RefuseDuplicatesOfBtAuth() is { } duplicate)
        {
            return duplicate;
        }

        if (headers.BtAuthVersion.Text != Version)
        {
            return Refusal.Malformed($"The header {HeaderNames.BtAuthVersion} is not {Version}.");
        }

        if (headers.BtAuthHotkey.Text is not { } hotkeyText || !HeaderValues.TryReadHotkey(hotkeyText, out var hotkey))
        {
            return Refusal.Malformed(
                $"The header {HeaderNames.BtAuthHotkey} is missing or not an ss58 address of format {Ss58Address.BittensorFormat}, which "
                    + "starts with 5."
            );
        }

        // An empty header names no scheme.
        var scheme = headers.BtAuthCrypto.First ?? Sr25519Scheme;
        if (scheme is not (Sr25519Scheme or Ed25519Scheme))
        {
            return Refusal.Malformed(
                scheme is HashedScheme or MlDsaScheme
                    ? $"The scheme {scheme} of {HeaderNames.BtAuthCrypto} is not supported: this miner verifies {Sr25519Scheme} and "
                        + $"{Ed25519Scheme}."
                    : $"The header {HeaderNames.BtAuthCrypto} is neither {Sr25519Scheme} nor {Ed25519Scheme}."
            );
        }

        if (headers.BtAuthNonce.Text is not { } nonceText || !HeaderValues.TryReadNonce(nonceText, out var nonce))
        {
            return Refusal.Malformed($"The header {HeaderNames.BtAuthNonce} is missing or no whole number of nanoseconds.");
        }

        Span<byte> signature = stackalloc byte[Sr25519.SignatureBytes];
        if (
            headers.BtAuthSignature.Text is not { } signatureText
            || !StrictHex.TryDecodePrefixed(signatureText, signature, lowerCaseOnly: true)
        )
        {
            return Refusal.Malformed(
                $"The header {HeaderNames.BtAuthSignature} is missing or not 0x and {2 * Sr25519.SignatureBytes} lower-case hex digits."
            );
        }

        if (headers.BtAuthReceiver.Text != receiver.Text)
        {
            return Refusal.NotVerified(RefusalReason.WrongReceiver, "Wrong receiver: the request is not bound to this miner's hotkey");
        }

        var freshness = NonceWindow.ForBtAuth(now);
        if (!freshness.Holds(nonce))
        {
            return HeaderValues.RefuseStale(nonce, now);
        }

        // The header must not choose the scheme: otherwise an attacker could choose the weakest one.
        if (scheme != SchemeOf(hotkey.PublicKey, receiver))
        {
            return Refusal.NotVerified(RefusalReason.WrongScheme, $"The hotkey does not sign with {scheme}");
        }

        var message = Message(scheme, request.Method, request.Target, request.Body.Span, nonceText, hotkeyText, receiver.Text);
        var verified =
            scheme == Sr25519Scheme
                ? Sr25519.Verify(hotkey.PublicKey, message, signature)
                : Ed25519.Verify(hotkey.PublicKey, message, signature);
        return verified
            ? new Caller(hotkey, receiver.Key, WireFormat.BtAuth1, "", nonce, freshness, NonceWindow.DefaultTimeout)
            : Refusal.NotVerified(RefusalReason.BadSignature, "Signature mismatch");
    }

    /// <summary>
    /// The scheme of a key. The chain does not store it, but the bytes show it: an sr25519 key is a ristretto255 element. By chance, so is
    /// one ed25519 key in sixteen; callers with such keys must be listed in <see cref="Receiver.Ed25519Callers"/>.
    /// </summary>
    private static string SchemeOf(PublicKey key, in Receiver receiver)
    {
        if (receiver.Ed25519Callers.Contains(key))
        {
            return Ed25519Scheme;
        }

        Span<byte> bytes = stackalloc byte[PublicKey.Length];
        key.CopyTo(bytes);
        return Libsodium.IsRistrettoPoint(bytes) ? Sr25519Scheme : Ed25519Scheme;
    }

    /// <summary>The signed message: eight lines, no newline after the last.</summary>
    internal static byte[] Message(
        string scheme,
        string method,
        string target,
        ReadOnlySpan<byte> body,
        string nonce,
        string hotkey,
        string receiver
    )
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(body, hash);
        return Encoding.UTF8.GetBytes(
            $"btauth/1\n{scheme}\n{method}\n{target}\n{Convert.ToHexStringLower(hash)}\n{nonce}\n{hotkey}\n{receiver}"
        );
    }
}
