using System.Security.Cryptography;
using Bittbridge.Bittensor.Signatures;

namespace Bittbridge.Bittensor.Keys;

/// <summary>
/// A hotkey with its secret: for tools and tests, which play a validator. A miner needs none. Dispose erases the secret.
/// </summary>
public sealed class HotkeyPair : IDisposable
{
    // Pinned, so that the garbage collector leaves no copy behind when it compacts the heap.
    private readonly byte[] _secret = GC.AllocateArray<byte>(Sr25519.SecretBytes, pinned: true);
    private bool _forgotten;

    private HotkeyPair(ReadOnlySpan<byte> secret)
    {
        Span<byte> point = stackalloc byte[Libsodium.PointBytes];
        if (!Sr25519.IsReduced(secret[..32]) || !Libsodium.TryMultiplyBase(secret[..32], point))
        {
            throw new ArgumentException("The secret is no scalar of the group, or zero.", nameof(secret));
        }

        secret.CopyTo(_secret);
        Address = new Ss58Address(new PublicKey(point));
    }

    /// <summary>The public half, in Bittensor's format.</summary>
    public Ss58Address Address { get; }

    /// <summary>The public half.</summary>
    public PublicKey PublicKey => Address.PublicKey;

    /// <summary>
    /// The pair of the 64 bytes in the SDK's files: the canonical scalar, little-endian and not multiplied by the cofactor, and the nonce
    /// seed.
    /// </summary>
    /// <exception cref="ArgumentException">The length is wrong, or the scalar is not in the group.</exception>
    public static HotkeyPair FromSecret(ReadOnlySpan<byte> secret)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(secret.Length, Sr25519.SecretBytes, nameof(secret));
        return new HotkeyPair(secret);
    }

    /// <summary>
    /// The pair of a mini secret of 32 bytes, expanded as Ed25519 does (schnorrkel's <c>ExpansionMode::Ed25519</c>): SHA-512, clamped,
    /// divided by the cofactor.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The length is wrong.</exception>
    public static HotkeyPair FromMiniSecret(ReadOnlySpan<byte> miniSecret)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(miniSecret.Length, 32, nameof(miniSecret));
        Span<byte> expanded = stackalloc byte[Sr25519.SecretBytes];
        Libsodium.Sha512(miniSecret, expanded);
        expanded[0] &= 248;
        expanded[31] &= 63;
        expanded[31] |= 64;
        for (var i = 0; i < 32; i++)
        {
            expanded[i] = (byte)((expanded[i] >> 3) | (i < 31 ? expanded[i + 1] << 5 : 0));
        }

        var pair = new HotkeyPair(expanded);
        CryptographicOperations.ZeroMemory(expanded);
        return pair;
    }

    /// <summary>A new random pair.</summary>
    public static HotkeyPair Create()
    {
        Span<byte> miniSecret = stackalloc byte[32];
        RandomNumberGenerator.Fill(miniSecret);
        var pair = FromMiniSecret(miniSecret);
        CryptographicOperations.ZeroMemory(miniSecret);
        return pair;
    }

    /// <summary>An sr25519 signature, 64 bytes; different each time.</summary>
    /// <exception cref="ObjectDisposedException">The secret was erased.</exception>
    public byte[] Sign(ReadOnlySpan<byte> message)
    {
        ObjectDisposedException.ThrowIf(_forgotten, this);
        var signature = new byte[Sr25519.SignatureBytes];
        Sr25519.Sign(_secret, PublicKey, message, signature);
        return signature;
    }

    /// <summary>The pair of a hard junction below this one [schnorrkel <c>derive.rs</c>].</summary>
    /// <param name="chainCode">The junction's 32 bytes.</param>
    internal HotkeyPair DeriveHard(ReadOnlySpan<byte> chainCode)
    {
        ObjectDisposedException.ThrowIf(_forgotten, this);
        Span<byte> memory = stackalloc byte[MerlinTranscript.MemoryBytes];
        Span<byte> miniSecret = stackalloc byte[32];
        var transcript = new MerlinTranscript(memory, "SchnorrRistrettoHDKD"u8);
        transcript.Append("sign-bytes"u8, []);
        transcript.Append("chain-code"u8, chainCode);
        transcript.Append("secret-key"u8, _secret.AsSpan(0, 32));
        transcript.Challenge("HDKD-hard"u8, miniSecret);
        var pair = FromMiniSecret(miniSecret);
        transcript.Clear();
        CryptographicOperations.ZeroMemory(miniSecret);
        return pair;
    }

    public void Dispose()
    {
        _forgotten = true;
        CryptographicOperations.ZeroMemory(_secret);
    }

    /// <summary>The address, never the secret.</summary>
    public override string ToString() => Address.ToString();
}
