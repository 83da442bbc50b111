using System.Buffers.Binary;
using System.Text;
using Azure.Data.Tables;

namespace Bittbridge.Miner.Tests.Storage;

/// <summary>A row of storage in which one property holds anything, for the readers of rows: an edit by hand may have written it.</summary>
internal static class DamagedRow
{
    private static readonly object?[] Others =
    [
        null,
        "",
        "text",
        true,
        0,
        -1,
        int.MaxValue,
        long.MinValue,
        long.MaxValue,
        1.5,
        -1.5,
        double.MaxValue,
        double.NaN,
        double.NegativeInfinity,
        DateTimeOffset.MinValue,
        DateTimeOffset.MaxValue,
        Array.Empty<byte>(),
    ];

    /// <summary>The values of a row as bytes, to be mutated.</summary>
    public static IReadOnlyList<byte[]> Corpus(TableEntity row) => [.. Names(row).Select(name => Bytes(row[name]))];

    /// <summary>
    /// For each property of a row two damaged rows: in one its value is made of the bytes and keeps its type, in the other it is any value.
    /// </summary>
    public static IEnumerable<TableEntity> Of(TableEntity row, byte[] bytes)
    {
        foreach (var (at, name) in Names(row).Index())
        {
            yield return new(row) { [name] = Value(row[name], bytes) };
            yield return new(row) { [name] = Others[(bytes.Length + at) % Others.Length] };
        }
    }

    private static string[] Names(TableEntity row) =>
        [.. row.Keys.Where(name => name is not ("PartitionKey" or "RowKey") && row[name] is not null)];

    private static byte[] Bytes(object value) =>
        value switch
        {
            string text => Encoding.UTF8.GetBytes(text),
            byte[] bytes => bytes,
            bool flag => new byte[flag ? 1 : 2],
            int number => BitConverter.GetBytes((long)number),
            long number => BitConverter.GetBytes(number),
            double number => BitConverter.GetBytes(number),
            DateTimeOffset time => BitConverter.GetBytes(time.UtcTicks),
            _ => throw new ArgumentException($"No row holds {value}.", nameof(value)),
        };

    private static object Value(object like, byte[] bytes) =>
        like switch
        {
            string => Encoding.UTF8.GetString(bytes),
            byte[] => bytes,
            bool => bytes.Length % 2 == 1,
            int => unchecked((int)Number(bytes)),
            long => Number(bytes),
            double => BitConverter.Int64BitsToDouble(Number(bytes)),
            DateTimeOffset => new DateTimeOffset((long)((ulong)Number(bytes) % (ulong)DateTimeOffset.MaxValue.UtcTicks), TimeSpan.Zero),
            _ => throw new ArgumentException($"No row holds {like}.", nameof(like)),
        };

    /// <summary>The first eight bytes, little-endian.</summary>
    private static long Number(byte[] bytes)
    {
        Span<byte> whole = stackalloc byte[sizeof(long)];
        bytes.AsSpan(0, Math.Min(bytes.Length, whole.Length)).CopyTo(whole);
        return BinaryPrimitives.ReadInt64LittleEndian(whole);
    }
}
