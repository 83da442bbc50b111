using System.Buffers.Binary;
using Bittbridge.Models;

namespace Bittbridge.Miner;

/// <summary>Prices as bytes: 24 a point, little-endian: milliseconds since the Unix epoch (int64), CNY (double), USD (double, NaN where it is not known).</summary>
public static class PackedPrices
{
    /// <summary>The format that is written, and the only one that is read.</summary>
    public const int Format = 1;

    private const int PointSize = 24;

    public static byte[] Pack(PriceHistory history)
    {
        ArgumentNullException.ThrowIfNull(history);
        var bytes = new byte[history.Count * PointSize];
        for (var i = 0; i < history.Count; i++)
        {
            var point = bytes.AsSpan(i * PointSize, PointSize);
            BinaryPrimitives.WriteInt64LittleEndian(point, history.TimesUnixMs[i]);
            BinaryPrimitives.WriteDoubleLittleEndian(point[8..], history.Prices[i]);
            BinaryPrimitives.WriteDoubleLittleEndian(point[16..], history.UsdPrices[i]);
        }

        return bytes;
    }

    /// <summary>Null when the bytes are damaged.</summary>
    public static PriceHistory? Unpack(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length % PointSize != 0)
        {
            return null;
        }

        var points = new List<PricePoint>(bytes.Length / PointSize);
        for (var rest = bytes; !rest.IsEmpty; rest = rest[PointSize..])
        {
            var ms = BinaryPrimitives.ReadInt64LittleEndian(rest);
            var (cny, usd) = (BinaryPrimitives.ReadDoubleLittleEndian(rest[8..]), BinaryPrimitives.ReadDoubleLittleEndian(rest[16..]));
            if (ms is < 0 or > 253_402_300_799_999 || !PricePoint.IsPrice(cny) || !(double.IsNaN(usd) || PricePoint.IsPrice(usd)))
            {
                return null;
            }

            points.Add(new(DateTimeOffset.FromUnixTimeMilliseconds(ms), cny, double.IsNaN(usd) ? null : usd));
        }

        return PriceHistory.FromPoints(points);
    }
}
