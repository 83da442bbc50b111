using System.Globalization;
using Bittbridge.Bittensor.Keys;
using Bittbridge.Bittensor.Signatures;

namespace Bittbridge.Bittensor.Authentication;

/// <summary>
/// The format of the SDK's dendrite, 7.2 to 10 [bittensor <c>core/dendrite.py</c>, <c>core/axon.py</c>]. It signs neither the body nor the
/// target, so everything else in the request is an unverified claim.
/// </summary>
internal static class V10Format
{
    /// <summary>sha3-256 of an empty input: the hash of a synapse without hash fields, such as Challenge and the plain Synapse.</summary>
    public const string EmptyBodyHash = "a7ffc6f8bf1ed76651c14756a061d662f580ff4de43b49fa82d80a4b80f8434a";

    /// <summary>7.2.0, the first SDK whose nonce is a time and can prove freshness.</summary>
    private const int FirstVersion = 7_002_000;

    public static AuthenticationResult Authenticate(RequestHeaders headers, in Receiver receiver, long now)
    {
        if (headers.RefuseDuplicatesOfV10() is { } duplicate)
        {
            return duplicate;
        }

        if (headers.DendriteHotkey.Text is not { } hotkeyText)
        {
            return Refusal.NotVerified(RefusalReason.NotSigned, "Missing hotkey: the request is not signed");
        }

        if (!HeaderValues.TryReadHotkey(hotkeyText, out var hotkey))
        {
            return Refusal.Malformed(
                $"The header {HeaderNames.DendriteHotkey} is not an ss58 address of format {Ss58Address.BittensorFormat}, which starts "
                    + "with 5."
            );
        }

        if (receiver.Ed25519Callers.Contains(hotkey.PublicKey))
        {
            return Refusal.NotVerified(
                RefusalReason.WrongScheme,
                "The hotkey signs with ed25519 alone, and this format knows only sr25519: use btauth/1"
            );
        }

        if (
            headers.DendriteVersion.Text is not { } versionText
            || !int.TryParse(versionText, NumberStyles.None, CultureInfo.InvariantCulture, out var version)
        )
        {
            return Refusal.Malformed($"The header {HeaderNames.DendriteVersion} is missing or no number.");
        }

        if (version < FirstVersion)
        {
            return Refusal.NotVerified(RefusalReason.OutdatedSdk, "Bittensor before 7.2 cannot show that a request is fresh");
        }

        var timeout = NonceWindow.DefaultTimeout;
        if (headers.Timeout.First is { } timeoutText && !HeaderValues.TryReadTimeout(timeoutText, out timeout))
        {
            return Refusal.Malformed($"The header {HeaderNames.Timeout} is not a finite number of seconds from 0 up.");
        }

        if (headers.DendriteNonce.Text is not { } nonceText)
        {
            return Refusal.NotVerified(RefusalReason.NotSigned, "Missing Nonce");
        }

        if (!HeaderValues.TryReadNonce(nonceText, out var nonce))
        {
            return Refusal.Malformed($"The header {HeaderNames.DendriteNonce} is not a whole number of nanoseconds.");
        }

        if (headers.DendriteUuid.Text is not { } session)
        {
            return Refusal.NotVerified(RefusalReason.NotSigned, "Missing uuid");
        }

        if (session.Length > Caller.MaxSessionLetters)
        {
            return Refusal.Malformed($"The header {HeaderNames.DendriteUuid} is longer than {Caller.MaxSessionLetters} characters.");
        }

        if (headers.BodyHash.Text != EmptyBodyHash)
        {
            return Refusal.Malformed($"The header {HeaderNames.BodyHash} is not the hash of a synapse without hash fields.");
        }

        if (headers.DendriteSignature.Text is not { } signatureText)
        {
            return Refusal.NotVerified(RefusalReason.NotSigned, "Missing Signature");
        }

        Span<byte> signature = stackalloc byte[Sr25519.SignatureBytes];
        if (!StrictHex.TryDecodePrefixed(signatureText, signature))
        {
            return Refusal.Malformed($"The header {HeaderNames.DendriteSignature} is not 0x and {2 * Sr25519.SignatureBytes} hex digits.");
        }

        var freshness = NonceWindow.ForV10(now, timeout);
        if (!freshness.Holds(nonce))
        {
            return HeaderValues.RefuseStale(nonce, now);
        }

        Span<byte> message = stackalloc byte[MaxMessageBytes];
        message = message[..WriteMessage(nonceText, hotkeyText, receiver.Text, session, message)];
        return Sr25519.Verify(hotkey.PublicKey, message, signature)
            ? new Caller(hotkey, receiver.Key, WireFormat.V10, session, nonce, freshness, timeout)
            : Refusal.NotVerified(RefusalReason.BadSignature, "Signature mismatch");
    }

    /// <summary>Enough for a nonce, two addresses, a hash, four dots and the longest session in UTF-8.</summary>
    internal const int MaxMessageBytes = 1024;

    /// <summary>The signed message: <c>{nonce}.{caller}.{miner}.{session}.{body hash}</c> in UTF-8.</summary>
    internal static int WriteMessage(string nonce, string hotkey, string receiver, string session, Span<byte> message) =>
        System.Text.Unicode.Utf8.TryWrite(message, $"{nonce}.{hotkey}.{receiver}.{session}.{EmptyBodyHash}", out var written)
            ? written
            : throw new ArgumentException("The session is too long.", nameof(session));
}
