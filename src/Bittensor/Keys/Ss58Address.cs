using Bittbridge.Bittensor.Signatures;

namespace Bittbridge.Bittensor.Keys;

/// <summary>
/// A public key with the number of a network, as text in ss58: base58 of the format (1 or 2 bytes), the key, and the first 2 bytes of
/// BLAKE2b-512(<c>SS58PRE</c> + format + key) [Substrate <c>ss58-registry</c>]. Two addresses are equal when key and format are. Only the
/// key identifies the account.
/// </summary>
public readonly record struct Ss58Address
{
    /// <summary>The format of Bittensor and of Substrate in general.</summary>
    public const ushort BittensorFormat = 42;

    /// <summary>The highest format.</summary>
    public const ushort MaxFormat = 16383;

    private const int ChecksumBytes = 2;
    private const int MaxBytes = 2 + Keys.PublicKey.Length + ChecksumBytes;
    private const int MaxLetters = 49;

    /// <param name="publicKey">Any key.</param>
    /// <param name="format">0 to <see cref="MaxFormat"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The format is higher.</exception>
    public Ss58Address(PublicKey publicKey, ushort format = BittensorFormat)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(format, MaxFormat);
        PublicKey = publicKey;
        Format = format;
    }

    /// <summary>The key of the account.</summary>
    public PublicKey PublicKey { get; }

    /// <summary>The network's number, 0 to <see cref="MaxFormat"/>.</summary>
    public ushort Format { get; }

    /// <summary>Parses an address; false for any text other than the one that <see cref="ToString"/> writes for it.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Ss58Address address)
    {
        address = default;
        Span<byte> buffer = stackalloc byte[MaxBytes];
        if (text.Length > MaxLetters || !Base58.TryDecode(text, buffer, out var bytes) || bytes.Length < MaxBytes - 1)
        {
            return false;
        }

        // Formats below 64 take one byte, and all others exactly two.
        var prefix = bytes.Length - Keys.PublicKey.Length - ChecksumBytes;
        var format = prefix == 1 ? bytes[0] : ((bytes[0] & 0x3f) << 2) | (bytes[1] >> 6) | ((bytes[1] & 0x3f) << 8);
        if (prefix == 1 ? format >= 64 : bytes[0] is < 64 or > 127 || format < 64)
        {
            return false;
        }

        Span<byte> checksum = stackalloc byte[ChecksumBytes];
        Checksum(bytes[..^ChecksumBytes], checksum);
        if (!checksum.SequenceEqual(bytes[^ChecksumBytes..]))
        {
            return false;
        }

        address = new Ss58Address(new PublicKey(bytes.Slice(prefix, Keys.PublicKey.Length)), (ushort)format);
        return true;
    }

    /// <summary>Parses a text that is known to be an address.</summary>
    /// <exception cref="FormatException">The text is not an address.</exception>
    public static Ss58Address Parse(ReadOnlySpan<char> text) =>
        TryParse(text, out var address) ? address : throw new FormatException("The text is not an ss58 address.");

    /// <summary>The address as text.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[MaxBytes];
        int prefix;
        if (Format < 64)
        {
            prefix = 1;
            bytes[0] = (byte)Format;
        }
        else
        {
            prefix = 2;
            bytes[0] = (byte)(((Format & 0xfc) >> 2) | 0x40);
            bytes[1] = (byte)((Format >> 8) | ((Format & 3) << 6));
        }

        bytes = bytes[..(prefix + Keys.PublicKey.Length + ChecksumBytes)];
        PublicKey.CopyTo(bytes[prefix..]);
        Checksum(bytes[..^ChecksumBytes], bytes[^ChecksumBytes..]);
        return Base58.Encode(bytes);
    }

    private static void Checksum(ReadOnlySpan<byte> content, Span<byte> checksum)
    {
        Span<byte> input = stackalloc byte[7 + MaxBytes];
        Span<byte> hash = stackalloc byte[64];
        "SS58PRE"u8.CopyTo(input);
        content.CopyTo(input[7..]);
        Libsodium.Blake2b(input[..(7 + content.Length)], hash);
        hash[..ChecksumBytes].CopyTo(checksum);
    }
}
