using System.Buffers.Binary;
using Bittbridge.Miner.Prices.Store;
using Bittbridge.Miner.Prices.Validation;
using Bittbridge.Models;
using Bittbridge.Testing;
using CsCheck;

namespace Bittbridge.Miner.Tests.Prices.Store;

public sealed class PackedPricesTests
{
    private static readonly DateTimeOffset Now = new(2100, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly Gen<PricePoint> AnyPoint =
        from ms in Gen.Long[PriceBounds.Earliest.ToUnixTimeMilliseconds(), Now.ToUnixTimeMilliseconds()]
        from cny in Gen.Double[PriceCheck.MinCny, PriceCheck.MaxCny]
        from usd in Gen.Double[PriceCheck.MinUsd, PriceCheck.MaxUsd]
        from hasUsd in Gen.Bool
        select new PricePoint(DateTimeOffset.FromUnixTimeMilliseconds(ms), cny, hasUsd ? usd : null);

    private static PricePoint Good { get; } = new(Now.AddMinutes(-5), 7.1, 1.01);

    [Fact]
    public void Packed_points_are_unpacked_exactly() =>
        AnyPoint
            .Array[0, 50]
            .Sample(points =>
            {
                var history = PriceHistory.FromPoints(points);
                var (unpacked, isWhole) = PackedPrices.Unpack(PackedPrices.Pack(history), Now);
                return isWhole && unpacked.Points().SequenceEqual(history.Points());
            });

    [Fact]
    public void The_bytes_are_24_a_point_little_endian()
    {
        var bytes = PackedPrices.Pack(PriceHistory.FromPoints([new(DateTimeOffset.FromUnixTimeMilliseconds(0x0102030405), 1.0)]));
        Assert.Equal("0504030201000000" + "000000000000F03F" + "000000000000F8FF", Convert.ToHexString(bytes));
    }

    [Fact]
    public void A_length_that_is_not_a_whole_number_of_points_loses_only_the_remainder() =>
        Gen
            .Byte.Array[1, 23]
            .Sample(bytes =>
            {
                var (history, isWhole) = PackedPrices.Unpack([.. Packed(Good), .. bytes], Now);
                return !isWhole && history.Points().SequenceEqual([Good]);
            });

    [Theory]
    [InlineData(-1, 7.1, 1.0)]
    [InlineData(1_000, 7.1, 1.0)]
    [InlineData(long.MaxValue, 7.1, 1.0)]
    [InlineData(long.MinValue, 7.1, 1.0)]
    [InlineData(4_102_444_921_000, 7.1, 1.0)]
    [InlineData(4_128_364_800_000, 7.1, 1.0)]
    [InlineData(2_000_000_000_000, double.NaN, 1.0)]
    [InlineData(2_000_000_000_000, 0.0, 1.0)]
    [InlineData(2_000_000_000_000, -7.1, 1.0)]
    [InlineData(2_000_000_000_000, 71.0, 1.0)]
    [InlineData(2_000_000_000_000, 1e300, 1.0)]
    [InlineData(2_000_000_000_000, double.PositiveInfinity, 1.0)]
    public void A_point_that_can_not_be_is_damage_and_costs_itself_alone(long ms, double cny, double usd)
    {
        foreach (var bytes in new byte[][] { [.. Packed(Good), .. Packed(ms, cny, usd)], [.. Packed(ms, cny, usd), .. Packed(Good)] })
        {
            var (history, isWhole) = PackedPrices.Unpack(bytes, Now);
            Assert.False(isWhole);
            Assert.Equal([Good], history.Points());
        }
    }

    [Theory]
    [InlineData(-1.0)]
    [InlineData(10.0)]
    [InlineData(double.NegativeInfinity)]
    public void A_USD_price_that_can_not_be_is_damage_and_its_CNY_price_stays(double usd)
    {
        var (history, isWhole) = PackedPrices.Unpack(Packed(2_000_000_000_000, 7.1, usd), Now);
        Assert.False(isWhole);
        Assert.Equal([new(DateTimeOffset.FromUnixTimeMilliseconds(2_000_000_000_000), 7.1)], history.Points());
    }

    [Fact]
    public void Random_stored_bytes_never_yield_a_point_out_of_bounds() =>
        ParserFuzzing.Run(
            [
                [],
                Packed(Good),
                PackedPrices.Pack(
                    PriceHistory.FromPoints(Enumerable.Range(0, 20).Select(i => new PricePoint(Now.AddMinutes(-5 * i), 7 + (i * 0.01), 1)))
                ),
            ],
            bytes =>
                Assert.All(
                    PackedPrices.Unpack(bytes, Now).History.Points(),
                    point =>
                    {
                        Assert.InRange(point.Cny, PriceCheck.MinCny, PriceCheck.MaxCny);
                        Assert.InRange(point.Time, PriceBounds.Earliest, Now + PriceCheck.Ahead);
                        Assert.True(point.Usd is null or (>= PriceCheck.MinUsd and <= PriceCheck.MaxUsd));
                    }
                )
        );

    private static byte[] Packed(PricePoint point) => Packed(point.Time.ToUnixTimeMilliseconds(), point.Cny, point.Usd ?? double.NaN);

    private static byte[] Packed(long ms, double cny, double usd)
    {
        var bytes = new byte[24];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, ms);
        BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(8), cny);
        BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(16), usd);
        return bytes;
    }
}
