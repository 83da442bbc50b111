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
    [InlineData(40, 1e308)]
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
    public void An_interval_whose_scores_would_be_infinite_is_left_out(double lower, double upper)
    {
        var wide = PackedSlots.Pack([Slot(0)]);
        BinaryPrimitives.WriteDoubleLittleEndian(wide.AsSpan(24), lower);
        BinaryPrimitives.WriteDoubleLittleEndian(wide.AsSpan(32), upper);
        Assert.Null(Assert.Single(PackedSlots.Unpack(wide)).Forecast.Interval);
    }

    private static ScoredSlot Slot(int index) =>
        new(new ScoredForecast(MadeAt.AddMinutes(5 * index), 7.1, new(7.0, 7.2), 7.1, 7.1), MadeAt.AddMinutes(60 + (5 * index)), 8);
}
