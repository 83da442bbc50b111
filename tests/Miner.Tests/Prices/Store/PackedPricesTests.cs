using System.Buffers.Binary;
using Bittbridge.Models;
using CsCheck;

namespace Bittbridge.Miner.Tests;

public sealed class PackedPricesTests
{
    private static readonly Gen<PricePoint> AnyPoint =
        from ms in Gen.Long[0, 4_102_444_800_000]
        from cny in Gen.Double[1e-3, 1e6]
        from usd in Gen.Double[1e-3, 1e3]
        from hasUsd in Gen.Bool
        select new PricePoint(DateTimeOffset.FromUnixTimeMilliseconds(ms), cny, hasUsd ? usd : null);

    [Fact]
    public void What_is_packed_is_unpacked_to_the_last_bit() =>
        AnyPoint.Array[0, 50].Sample(points =>
        {
            var history = PriceHistory.FromPoints(points);
            return PackedPrices.Unpack(PackedPrices.Pack(history))!.Points().SequenceEqual(history.Points());
        });

    [Fact]
    public void The_bytes_are_24_a_point_little_endian()
    {
        var bytes = PackedPrices.Pack(PriceHistory.FromPoints([new(DateTimeOffset.FromUnixTimeMilliseconds(0x0102030405), 1.0)]));
        Assert.Equal("0504030201000000" + "000000000000F03F" + "000000000000F8FF", Convert.ToHexString(bytes));
    }

    [Fact]
    public void A_length_that_is_no_whole_number_of_points_is_damage() =>
        Gen.Byte.Array[1, 200].Where(bytes => bytes.Length % 24 != 0).Sample(bytes => PackedPrices.Unpack(bytes) is null);

    [Theory]
    [InlineData(-1, 7.1, 1.0)]
    [InlineData(long.MaxValue, 7.1, 1.0)]
    [InlineData(1_000, double.NaN, 1.0)]
    [InlineData(1_000, 0.0, 1.0)]
    [InlineData(1_000, double.PositiveInfinity, 1.0)]
    [InlineData(1_000, 7.1, -1.0)]
    [InlineData(1_000, 7.1, double.NegativeInfinity)]
    public void A_point_that_can_not_be_is_damage(long ms, double cny, double usd)
    {
        var bytes = new byte[24];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, ms);
        BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(8), cny);
        BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(16), usd);
        Assert.Null(PackedPrices.Unpack(bytes));
    }

    [Fact]
    public void Any_bytes_are_prices_or_damage_and_never_an_exception() =>
        Gen.Byte.Array[24].Sample(bytes => PackedPrices.Unpack(bytes) is null or { Count: 1 });
}
