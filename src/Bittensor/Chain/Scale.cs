using System.Buffers.Binary;
using Bittbridge.Bittensor.Keys;

namespace Bittbridge.Bittensor.Chain;

/// <summary>
/// The part of SCALE, the chain's encoding, that is needed here. A value must use exactly the bytes it is given.
/// </summary>
public static class Scale
{
    /// <summary>Reads a compact number of at most 32 bits from the start; only the shortest encoding is valid.</summary>
    /// <param name="bytes">The bytes, which start with the number.</param>
    /// <param name="value">The number.</param>
    /// <param name="length">How many bytes it took: 1, 2, 4 or 5.</param>
    public static bool TryReadCompact(ReadOnlySpan<byte> bytes, out uint value, out int length)
    {
        value = 0;
        length = bytes.IsEmpty
            ? 0
            : (bytes[0] & 3) switch
            {
                0 => 1,
                1 => 2,
                2 => 4,
                _ => 5,
            };
        if (bytes.Length < length || length == 0)
        {
            return false;
        }

        switch (length)
        {
            case 1:
                value = (uint)bytes[0] >> 2;
                return true;
            case 2:
                value = (uint)BinaryPrimitives.ReadUInt16LittleEndian(bytes) >> 2;
                return value >= 1 << 6;
            case 4:
                value = BinaryPrimitives.ReadUInt32LittleEndian(bytes) >> 2;
                return value >= 1 << 14;
            default:
                value = BinaryPrimitives.ReadUInt32LittleEndian(bytes[1..]);
                return bytes[0] == 3 && value >= 1 << 30;
        }
    }

    /// <summary>Reads a compact number of at most 64 bits from the start; only the shortest encoding is valid.</summary>
    /// <param name="bytes">The bytes, which start with the number.</param>
    /// <param name="value">The number.</param>
    /// <param name="length">How many bytes it took: 1, 2, 4 or up to 9.</param>
    public static bool TryReadCompact64(ReadOnlySpan<byte> bytes, out ulong value, out int length)
    {
        if (bytes.IsEmpty || (bytes[0] & 3) != 3 || bytes[0] == 3)
        {
            var isRead = TryReadCompact(bytes, out var small, out length);
            value = small;
            return isRead;
        }

        // The upper six bits count the bytes that follow, less four.
        var count = (bytes[0] >> 2) + 4;
        (value, length) = (0, count + 1);
        if (count > sizeof(ulong) || bytes.Length < length || bytes[count] == 0)
        {
            return false;
        }

        for (var i = count; i > 0; i--)
        {
            value = (value << 8) | bytes[i];
        }

        return true;
    }

    /// <summary>The shortest compact encoding of a number: 1, 2, 4 or 5 bytes.</summary>
    public static byte[] EncodeCompact(uint value)
    {
        Span<byte> bytes = stackalloc byte[5];
        switch (value)
        {
            case < 1 << 6:
                return [(byte)(value << 2)];
            case < 1 << 14:
                BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)((value << 2) | 1));
                return [.. bytes[..2]];
            case < 1 << 30:
                BinaryPrimitives.WriteUInt32LittleEndian(bytes, (value << 2) | 2);
                return [.. bytes[..4]];
            default:
                bytes[0] = 3;
                BinaryPrimitives.WriteUInt32LittleEndian(bytes[1..], value);
                return [.. bytes];
        }
    }

    /// <summary>Decodes a <c>Vec&lt;bool&gt;</c>: a compact count, then 0 or 1 for each.</summary>
    public static bool TryDecodeBools(ReadOnlySpan<byte> bytes, out bool[] values)
    {
        values = [];
        if (
            !TryReadCompact(bytes, out var count, out var length)
            || count != bytes.Length - length
            || bytes[length..].ContainsAnyExcept((byte)0, (byte)1)
        )
        {
            return false;
        }

        values = new bool[count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = bytes[length + i] != 0;
        }

        return true;
    }

    /// <summary>Decodes a <c>Vec&lt;u16&gt;</c>: a compact count, then 2 bytes for each.</summary>
    public static bool TryDecodeU16s(ReadOnlySpan<byte> bytes, out ushort[] values)
    {
        values = [];
        if (!TryReadCompact(bytes, out var count, out var length) || (long)count * sizeof(ushort) != bytes.Length - length)
        {
            return false;
        }

        values = new ushort[count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = BinaryPrimitives.ReadUInt16LittleEndian(bytes[(length + (i * sizeof(ushort)))..]);
        }

        return true;
    }

    /// <summary>Decodes a <c>u64</c>.</summary>
    public static bool TryDecodeU64(ReadOnlySpan<byte> bytes, out ulong value) =>
        BinaryPrimitives.TryReadUInt64LittleEndian(bytes, out value) && bytes.Length == sizeof(ulong);

    /// <summary>Decodes a <c>u16</c>.</summary>
    public static bool TryDecodeU16(ReadOnlySpan<byte> bytes, out ushort value) =>
        BinaryPrimitives.TryReadUInt16LittleEndian(bytes, out value) && bytes.Length == 2;

    /// <summary>Decodes an <c>AccountId</c>; the zero key, which means a missing one, is rejected.</summary>
    public static bool TryDecodePublicKey(ReadOnlySpan<byte> bytes, out PublicKey key)
    {
        key = bytes.Length == PublicKey.Length ? new PublicKey(bytes) : default;
        return !key.IsZero;
    }

    /// <summary>
    /// Decodes an <c>AxonInfo</c>, 34 bytes: block u64, version u32, ip u128, port u16, ip type, protocol and two placeholders.
    /// </summary>
    public static bool TryDecodeAxon(ReadOnlySpan<byte> bytes, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out AxonInfo? axon)
    {
        axon =
            bytes.Length != 34
                ? null
                : new AxonInfo(
                    BinaryPrimitives.ReadUInt64LittleEndian(bytes),
                    BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]),
                    BinaryPrimitives.ReadUInt128LittleEndian(bytes[12..]),
                    BinaryPrimitives.ReadUInt16LittleEndian(bytes[28..]),
                    bytes[30],
                    bytes[31]
                );
        return axon is not null;
    }
}
