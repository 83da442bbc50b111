using System.Buffers.Binary;
using Bittbridge.Miner.Prices.Validation;
using Bittbridge.Models;

namespace Bittbridge.Miner.Prices.Store;

/// <summary>
/// Prices as bytes: 24 a point, little-endian: milliseconds since the Unix epoch (int64), CNY (double), USD (double, NaN where it is not
/// known).
/// </summary>
internal static class PackedPrices
{
    /// <summary>The only format that is written and read.</summary>
    public const int Format = 1;

    private const int PointSize = 24;

    public static byte[] Pack(PriceHistory history)
    {
        return Pack([.. history.Points()]);
    }

    internal static byte[] Pack(IReadOnlyList<PricePoint> points)
    {
        var bytes = new byte[points.Count * PointSize];
        for (var i = 0; i < points.Count; i++)
        {
            var point = bytes.AsSpan(i * PointSize, PointSize);
            BinaryPrimitives.WriteInt64LittleEndian(point, points[i].Time.ToUnixTimeMilliseconds());
            BinaryPrimitives.WriteDoubleLittleEndian(point[8..], points[i].Cny);
            BinaryPrimitives.WriteDoubleLittleEndian(point[16..], points[i].Usd ?? double.NaN);
        }

        return bytes;
    }

    /// <summary>The valid points, and whether all points are valid. A damaged point does not affect the others.</summary>
    /// <param name="bytes">The stored bytes.</param>
    /// <param name="now">The miner's clock: a later price is not valid.</param>
    public static (PriceHistory History, bool IsWhole) Unpack(ReadOnlySpan<byte> bytes, DateTimeOffset now)
    {
        var points = Points(bytes, now, out var isWhole);
        return (PriceHistory.FromPoints(points), isWhole);
    }

    /// <summary>As <see cref="Unpack"/>, without the validation.</summary>
    internal static List<PricePoint> Points(ReadOnlySpan<byte> bytes, DateTimeOffset now, out bool isWhole)
    {
        isWhole = bytes.Length % PointSize == 0;
        var points = new List<PricePoint>(bytes.Length / PointSize);
        for (var rest = bytes; rest.Length >= PointSize; rest = rest[PointSize..])
        {
            var time = PriceBounds.Instant(BinaryPrimitives.ReadInt64LittleEndian(rest));
            var (cny, usd) = (BinaryPrimitives.ReadDoubleLittleEndian(rest[8..]), BinaryPrimitives.ReadDoubleLittleEndian(rest[16..]));
            var point = time is { } instant ? PriceBounds.Point(instant, cny, usd, now) : null;
            isWhole &= point is not null && (double.IsNaN(usd) || PriceBounds.IsUsd(usd));
            if (point is { } good)
            {
                points.Add(good);
            }
        }

        return points;
    }
}
