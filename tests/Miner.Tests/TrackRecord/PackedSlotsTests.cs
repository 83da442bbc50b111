using System.Buffers.Binary;
using Bittbridge.Miner.TrackRecord;
using Bittbridge.Models;
using Bittbridge.Models.Scoring;

namespace Bittbridge.Miner.Tests.TrackRecord;

public sealed class PackedSlotsTests
{
    private static readonly DateTimeOffset MadeAt = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void An_outcome_that_cant_be_shown_is_skipped_and_the_others_are_read()
    {
        var whole = PackedSlots.Pack([Slot(0), Slot(1)]);

        var late = (byte[])whole.Clone();
        BinaryPrimitives.WriteInt64LittleEndian(late, DateTimeOffset.MaxValue.ToUnixTimeMilliseconds());
        Assert.Equal(MadeAt.AddMinutes(5) + Forecast.Horizon, Assert.Single(PackedSlots.Unpack(late)).Target);

        var endless = (byte[])whole.Clone();
        BinaryPrimitives.WriteSingleLittleEndian(endless.AsSpan(56), float.NaN);
        Assert.Equal(MadeAt.AddMinutes(5) + Forecast.Horizon, Assert.Single(PackedSlots.Unpack(endless)).Target);
    }

    [Theory]
    [InlineData(16, 1e308)]
    [InlineData(16, 1.0000000000000002e20)]
    [InlineData(16, 0)]
    [InlineData(40, 1e308)]
    [InlineData(40, 1.0000000000000002e20)]
    [InlineData(40, 0)]
    [InlineData(48, 1e308)]
    [InlineData(48, 1e-5)]
    public void An_outcome_whose_scores_would_be_infinite_is_skipped(int at, double price)
    {
        var damaged = PackedSlots.Pack([Slot(0), Slot(1)]);
        BinaryPrimitives.WriteDoubleLittleEndian(damaged.AsSpan(at), price);
        Assert.Equal(MadeAt.AddMinutes(5) + Forecast.Horizon, Assert.Single(PackedSlots.Unpack(damaged)).Target);
    }

    [Theory]
    [InlineData(-1e308, 1e308)]
    [InlineData(1e308, 1e308)]
    [InlineData(-1e308, -1e308)]
    [InlineData(7, 1e308)]
    [InlineData(-1e308, 7)]
    public void An_interval_whose_scores_would_be_infinite_is_left_out(double lower, double upper)
    {
        var wide = PackedSlots.Pack([Slot(0)]);
        BinaryPrimitives.WriteDoubleLittleEndian(wide.AsSpan(24), lower);
        BinaryPrimitives.WriteDoubleLittleEndian(wide.AsSpan(32), upper);
        Assert.Null(Assert.Single(PackedSlots.Unpack(wide)).Forecast.Interval);
    }

    [Fact]
    public void The_largest_number_is_a_price_and_a_bound_of_an_interval()
    {
        var bytes = PackedSlots.Pack([Slot(0)]);
        BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(16), 1e20);
        BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(24), -1e20);
        BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(32), 1e20);
        BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(40), 1e20);

        var forecast = Assert.Single(PackedSlots.Unpack(bytes)).Forecast;

        Assert.Equal((1e20, 1e20), (forecast.Price, forecast.Last));
        Assert.Equal(new PredictionInterval(-1e20, 1e20), forecast.Interval);
    }

    /// <summary>From the first instant of USDT's trade to the year 9000, when it was made and when its price was observed.</summary>
    [Theory]
    [InlineData(0, 1_412_553_599_999, false)]
    [InlineData(0, 1_412_553_600_000, true)]
    [InlineData(0, 221_845_392_000_000, true)]
    [InlineData(0, 221_845_392_000_001, false)]
    [InlineData(8, 1_412_553_599_999, false)]
    [InlineData(8, 1_412_553_600_000, true)]
    [InlineData(8, 221_845_392_000_000, true)]
    [InlineData(8, 221_845_392_000_001, false)]
    [InlineData(8, -1, false)]
    public void An_outcome_at_an_impossible_time_is_skipped(int at, long unixMs, bool isRead)
    {
        var bytes = PackedSlots.Pack([Slot(0)]);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(at), unixMs);
        Assert.Equal(isRead ? 1 : 0, PackedSlots.Unpack(bytes).Count());
    }

    private static ScoredSlot Slot(int index) =>
        new(new ScoredForecast(MadeAt.AddMinutes(5 * index), 7.1, new(7.0, 7.2), 7.1, 7.1), MadeAt.AddMinutes(60 + (5 * index)), 8);
}
