using Bittbridge.Bittensor.Keys;

namespace Bittbridge.Bittensor.Signatures;

/// <summary>Ed25519 (RFC 8032) as far as a hotkey may use it: verification only.</summary>
public static class Ed25519
{
    /// <summary>The length of a signature.</summary>
    public const int SignatureBytes = 64;

    /// <summary>
    /// Whether <paramref name="signature"/> is one of <paramref name="message"/> by <paramref name="publicKey"/>. A signature of another
    /// length is none; a key of small order, the all-zero key among them, with which one signature holds for many messages, signs nothing.
    /// Allocates nothing.
    /// </summary>
    public static bool Verify(PublicKey publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        if (signature.Length != SignatureBytes || publicKey.IsZero)
        {
            return false;
        }

        Span<byte> key = stackalloc byte[PublicKey.Length];
        publicKey.CopyTo(key);
        return Libsodium.VerifyEd25519(signature, message, key);
    }
}
