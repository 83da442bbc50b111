using System.Security.Cryptography;
using Bittbridge.Bittensor.Keys;

namespace Bittbridge.Bittensor.Signatures;

/// <summary>
/// Substrate's Schnorr signatures on ristretto255: schnorrkel with the context <c>substrate</c> (schnorrkel <c>sign.rs</c>,
/// <c>context.rs</c>).
/// </summary>
public static class Sr25519
{
    /// <summary>The length of a signature: R, then s with schnorrkel's marker in its highest bit.</summary>
    public const int SignatureBytes = 64;

    /// <summary>The length of a secret: the scalar, then the nonce seed.</summary>
    public const int SecretBytes = 64;

    private const byte Marker = 0x80;

    private static ReadOnlySpan<byte> Context => "substrate"u8;

    // L = 2^252 + 27742317777372353535851937790883648493, little-endian.
    private static ReadOnlySpan<byte> Order =>
        [
            0xed,
            0xd3,
            0xf5,
            0x5c,
            0x1a,
            0x63,
            0x12,
            0x58,
            0xd6,
            0x9c,
            0xf7,
            0xa2,
            0xde,
            0xf9,
            0xde,
            0x14,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0x10,
        ];

    /// <summary>
    /// Whether <paramref name="signature"/> is a valid signature of <paramref name="message"/> by <paramref name="publicKey"/>. Rejects
    /// signatures of another length, without the marker or with an unreduced s, and the all-zero key, for which anyone can forge
    /// signatures. Allocates nothing.
    /// </summary>
    public static bool Verify(PublicKey publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        if (signature.Length != SignatureBytes || (signature[63] & Marker) == 0 || publicKey.IsZero)
        {
            return false;
        }

        Span<byte> a = stackalloc byte[PublicKey.Length];
        Span<byte> s = stackalloc byte[Libsodium.ScalarBytes];
        publicKey.CopyTo(a);
        var r = signature[..32];
        signature[32..].CopyTo(s);
        s[31] &= 0x7f;
        if (!IsReduced(s))
        {
            return false;
        }

        Span<byte> k = stackalloc byte[Libsodium.ScalarBytes];
        Span<byte> memory = stackalloc byte[MerlinTranscript.MemoryBytes];
        var transcript = MerlinTranscript.ForContext(memory, Context, message);
        transcript.Append("proto-name"u8, "Schnorr-sig"u8);
        transcript.Append("sign:pk"u8, a);
        transcript.Append("sign:R"u8, r);
        ChallengeScalar(ref transcript, k);

        // s·B - k·A = R. libsodium rejects a product that is the identity (s or k is zero), which does not occur by chance.
        Span<byte> left = stackalloc byte[Libsodium.PointBytes];
        Span<byte> right = stackalloc byte[Libsodium.PointBytes];
        return Libsodium.TryMultiply(k, a, right)
            && Libsodium.TryMultiplyBase(s, left)
            && Libsodium.TrySubtract(left, right, left)
            && left.SequenceEqual(r);
    }

    /// <summary>
    /// Signs as schnorrkel does: the nonce comes from the transcript, the secret's seed and fresh randomness. For tools and tests only,
    /// because a miner signs nothing.
    /// </summary>
    /// <param name="secret"><see cref="SecretBytes"/> bytes: the canonical scalar and the nonce seed.</param>
    /// <param name="publicKey">The public key of that scalar; with any other key the signature would reveal the secret.</param>
    /// <param name="message">The message.</param>
    /// <param name="signature">Receives <see cref="SignatureBytes"/> bytes.</param>
    internal static void Sign(ReadOnlySpan<byte> secret, PublicKey publicKey, ReadOnlySpan<byte> message, Span<byte> signature)
    {
        Span<byte> random = stackalloc byte[MerlinTranscript.RandomBytes];
        RandomNumberGenerator.Fill(random);
        Sign(secret, publicKey, message, random, signature);
        CryptographicOperations.ZeroMemory(random);
    }

    /// <summary>The same with given random bytes.</summary>
    internal static void Sign(
        ReadOnlySpan<byte> secret,
        PublicKey publicKey,
        ReadOnlySpan<byte> message,
        ReadOnlySpan<byte> random,
        Span<byte> signature
    )
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(secret.Length, SecretBytes, nameof(secret));
        ArgumentOutOfRangeException.ThrowIfNotEqual(signature.Length, SignatureBytes, nameof(signature));
        Span<byte> a = stackalloc byte[PublicKey.Length];
        publicKey.CopyTo(a);

        Span<byte> memory = stackalloc byte[MerlinTranscript.MemoryBytes];
        Span<byte> wide = stackalloc byte[64];
        Span<byte> nonce = stackalloc byte[Libsodium.ScalarBytes];
        Span<byte> k = stackalloc byte[Libsodium.ScalarBytes];
        Span<byte> product = stackalloc byte[Libsodium.ScalarBytes];
        try
        {
            var transcript = MerlinTranscript.ForContext(memory, Context, message);
            transcript.Append("proto-name"u8, "Schnorr-sig"u8);
            transcript.Append("sign:pk"u8, a);
            transcript.Witness("signing"u8, secret[32..], random, wide);
            Libsodium.ScalarReduce(wide, nonce);

            if (!Libsodium.TryMultiplyBase(nonce, signature[..32]))
            {
                throw new CryptographicException("The nonce of a signature came out as zero.");
            }

            transcript.Append("sign:R"u8, signature[..32]);
            ChallengeScalar(ref transcript, k);
            Libsodium.ScalarMultiply(k, secret[..32], product);
            Libsodium.ScalarAdd(product, nonce, signature[32..]);
            signature[63] |= Marker;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(wide);
            CryptographicOperations.ZeroMemory(nonce);
            CryptographicOperations.ZeroMemory(product);
        }
    }

    /// <summary>Whether a public scalar of 32 bytes is below the group's order.</summary>
    internal static bool IsReduced(ReadOnlySpan<byte> scalar)
    {
        for (var i = Libsodium.ScalarBytes - 1; i >= 0; i--)
        {
            if (scalar[i] != Order[i])
            {
                return scalar[i] < Order[i];
            }
        }

        return false;
    }

    private static void ChallengeScalar(ref MerlinTranscript transcript, Span<byte> scalar)
    {
        Span<byte> wide = stackalloc byte[64];
        transcript.Challenge("sign:c"u8, wide);
        Libsodium.ScalarReduce(wide, scalar);
    }
}
