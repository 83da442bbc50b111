using System.Buffers.Binary;

namespace Bittbridge.Bittensor.Keys;

/// <summary>
/// A public key of 32 bytes (on the chain: an account id), of any scheme. Two keys are equal when their bytes are.
/// </summary>
public readonly record struct PublicKey
{
    /// <summary>The length in bytes.</summary>
    public const int Length = 32;

    // Not two UInt128, whose methods are never compiled ahead of time.
    private readonly ulong _first;
    private readonly ulong _second;
    private readonly ulong _third;
    private readonly ulong _fourth;

    /// <param name="bytes">Exactly <see cref="Length"/> bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is wrong.</exception>
    public PublicKey(ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(bytes.Length, Length, nameof(bytes));
        _first = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        _second = BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]);
        _third = BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]);
        _fourth = BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..]);
    }

    /// <summary>The key of 32 zero bytes: the identity, for which anyone can sign. It has no owner.</summary>
    public bool IsZero => (_first | _second | _third | _fourth) == 0;

    /// <summary>Parses 64 hex digits, with or without the prefix <c>0x</c>, in either case.</summary>
    public static bool TryParseHex(ReadOnlySpan<char> text, out PublicKey key)
    {
        Span<byte> bytes = stackalloc byte[Length];
        var read = StrictHex.TryDecode(text.StartsWith("0x") ? text[2..] : text, bytes);
        key = read ? new PublicKey(bytes) : default;
        return read;
    }

    /// <summary>Writes the key to the first <see cref="Length"/> bytes of <paramref name="destination"/>.</summary>
    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(destination, _first);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[8..], _second);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[16..], _third);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[24..], _fourth);
    }

    /// <summary>A copy of the 32 bytes.</summary>
    public byte[] ToArray()
    {
        var bytes = new byte[Length];
        CopyTo(bytes);
        return bytes;
    }

    /// <summary>64 lower-case hex digits.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Length];
        CopyTo(bytes);
        return Convert.ToHexStringLower(bytes);
    }
}
