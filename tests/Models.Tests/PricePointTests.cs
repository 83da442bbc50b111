namespace Bittbridge.Models.Tests;

public sealed class PricePointTests
{
    private static readonly DateTimeOffset Slot = Series.Start;

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    [InlineData(0)]
    [InlineData(-7.1)]
    public void A_price_is_finite_and_above_zero(double bad)
    {
        Assert.False(PricePoint.IsPrice(bad));
        Assert.Equal("cny", Assert.Throws<ArgumentOutOfRangeException>(() => new PricePoint(Slot, bad)).ParamName);
        Assert.Equal("usd", Assert.Throws<ArgumentOutOfRangeException>(() => new PricePoint(Slot, 7.1, bad)).ParamName);
    }

    [Fact]
    public void A_refused_price_is_named_in_the_message() =>
        Assert.Contains(
            "-7.1",
            Assert.Throws<ArgumentOutOfRangeException>(() => new PricePoint(Slot, -7.1)).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void A_time_is_kept_in_utc_and_whole_milliseconds()
    {
        var point = new PricePoint(new DateTimeOffset(2025, 10, 20, 20, 0, 0, TimeSpan.FromHours(8)).AddTicks(12_345), 7.1);

        Assert.Equal(TimeSpan.Zero, point.Time.Offset);
        Assert.Equal(Slot.AddMilliseconds(1), point.Time);
    }

    [Fact]
    public void Of_two_observations_of_a_mark_the_nearer_is_kept_whichever_came_first()
    {
        var (near, far) = (new PricePoint(Slot.AddSeconds(-15), 7.1), new PricePoint(Slot.AddSeconds(40), 7.2, 1.001));

        Assert.Equal(near, PricePoint.Prefer(near, far));
        Assert.Equal(near, PricePoint.Prefer(far, near));
    }

    [Fact]
    public void Of_two_equally_near_the_earlier_is_kept()
    {
        var (earlier, later) = (new PricePoint(Slot.AddSeconds(-20), 7.1), new PricePoint(Slot.AddSeconds(20), 7.2));

        Assert.Equal(earlier, PricePoint.Prefer(earlier, later));
        Assert.Equal(earlier, PricePoint.Prefer(later, earlier));
    }

    [Fact]
    public void The_same_instant_again_is_a_revision_that_never_loses_the_dollar_price()
    {
        var known = new PricePoint(Slot, 7.1, 0.999);

        Assert.Equal(new PricePoint(Slot, 7.2, 0.999), PricePoint.Prefer(known, new(Slot, 7.2)));
        Assert.Equal(new PricePoint(Slot, 7.2, 1.001), PricePoint.Prefer(known, new(Slot, 7.2, 1.001)));
        Assert.Equal(known, PricePoint.Prefer(new(Slot, 7.1), known));
    }
}
