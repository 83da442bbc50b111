using System.Buffers.Binary;
using Bittbridge.Miner.Prices.Validation;
using Bittbridge.Models;

namespace Bittbridge.Miner.TrackRecord;

/// <summary>
/// The outcomes of a day as bytes, 60 per outcome, little-endian: made at and truth at (int64, milliseconds since the Unix epoch), price,
/// lower, upper, last price and truth (double, NaN for a missing bound), latency in milliseconds (float). A full day takes 17 KB of the 64
/// KB that a property may have.
/// </summary>
internal static class PackedSlots
{
    private const int Size = 60;

    public static byte[] Pack(IReadOnlyCollection<ScoredSlot> slots)
    {
        var bytes = new byte[slots.Count * Size];
        var rest = bytes.AsSpan();
        foreach (var slot in slots)
        {
            var forecast = slot.Forecast;
            BinaryPrimitives.WriteInt64LittleEndian(rest, forecast.MadeAt.ToUnixTimeMilliseconds());
            BinaryPrimitives.WriteInt64LittleEndian(rest[8..], slot.TruthAt.ToUnixTimeMilliseconds());
            BinaryPrimitives.WriteDoubleLittleEndian(rest[16..], forecast.Price);
            BinaryPrimitives.WriteDoubleLittleEndian(rest[24..], forecast.Interval?.Lower ?? double.NaN);
            BinaryPrimitives.WriteDoubleLittleEndian(rest[32..], forecast.Interval?.Upper ?? double.NaN);
            BinaryPrimitives.WriteDoubleLittleEndian(rest[40..], forecast.Last);
            BinaryPrimitives.WriteDoubleLittleEndian(rest[48..], forecast.Truth);
            BinaryPrimitives.WriteSingleLittleEndian(rest[56..], slot.LatencyMs);
            rest = rest[Size..];
        }

        return bytes;
    }

    /// <summary>The outcomes; damaged ones are skipped.</summary>
    public static IEnumerable<ScoredSlot> Unpack(byte[] bytes)
    {
        for (var at = 0; at + Size <= bytes.Length; at += Size)
        {
            if (Read(bytes.AsSpan(at, Size)) is { } slot)
            {
                yield return slot;
            }
        }
    }

    private static ScoredSlot? Read(ReadOnlySpan<byte> bytes)
    {
        var (lower, upper) = (Double(bytes, 24), Double(bytes, 32));
        PredictionInterval? interval =
            Math.Abs(lower) <= ScoredSlot.MaxNumber && Math.Abs(upper) <= ScoredSlot.MaxNumber && lower <= upper
                ? new PredictionInterval(lower, upper)
                : null;
        return
            Time(bytes) is { } madeAt
            && Time(bytes[8..]) is { } truthAt
            && Double(bytes, 16) is > 0 and <= ScoredSlot.MaxNumber
            && Double(bytes, 40) is > 0 and <= ScoredSlot.MaxNumber
            && PriceBounds.IsCny(Double(bytes, 48))
            && BinaryPrimitives.ReadSingleLittleEndian(bytes[56..]) is var latencyMs
            && float.IsFinite(latencyMs)
            ? new ScoredSlot(new(madeAt, Double(bytes, 16), interval, Double(bytes, 40), Double(bytes, 48)), truthAt, latencyMs)
            : null;
    }

    private static double Double(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadDoubleLittleEndian(bytes[at..]);

    private static DateTimeOffset? Time(ReadOnlySpan<byte> bytes) =>
        PriceBounds.Instant(BinaryPrimitives.ReadInt64LittleEndian(bytes)) is { } time && PriceBounds.IsPossible(time) ? time : null;
}
