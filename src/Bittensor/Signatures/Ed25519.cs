using Bittbridge.Bittensor.Keys;

namespace Bittbridge.Bittensor.Signatures;

/// <summary>Ed25519 (RFC 8032) for hotkeys: verification only.</summary>
public static class Ed25519
{
    /// <summary>The length of a signature.</summary>
    public const int SignatureBytes = 64;

    /// <summary>
    /// Whether <paramref name="signature"/> is a valid signature of <paramref name="message"/> by <paramref name="publicKey"/>. Rejects
    /// other lengths, and keys of small order, including the all-zero key, because one signature is then valid for many messages. Allocates
    /// nothing.
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
