namespace Bittbridge.Models.Tests.Forecasting;

public sealed class ForecastTests
{
    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(0)]
    [InlineData(-1)]
    public void A_forecast_is_a_finite_price_above_zero(double bad) => Assert.Throws<ArgumentOutOfRangeException>(() => new Forecast(bad));

    [Theory]
    [InlineData(double.NaN, 7.1)]
    [InlineData(7.1, double.NaN)]
    [InlineData(double.NegativeInfinity, 7.1)]
    [InlineData(7.1, double.PositiveInfinity)]
    [InlineData(7.2, 7.1)]
    public void An_interval_has_finite_bounds_the_right_way_up(double lower, double upper) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new PredictionInterval(lower, upper));

    [Fact]
    public void An_interval_may_be_a_single_price()
    {
        var interval = new PredictionInterval(7.1, 7.1);

        Assert.Equal(0, interval.Width);
        Assert.True(interval.Contains(7.1));
    }

    [Theory]
    [InlineData(7.1, true)]
    [InlineData(7.2, true)]
    [InlineData(7.0999999, false)]
    [InlineData(7.2000001, false)]
    [InlineData(double.NaN, false)]
    public void The_bounds_belong_to_the_interval(double price, bool inside) =>
        Assert.Equal(inside, new PredictionInterval(7.1, 7.2).Contains(price));

    [Fact]
    public void An_interval_around_a_price_reaches_as_far_on_both_sides()
    {
        Assert.Equal(new PredictionInterval(6.5, 7.5), PredictionInterval.Around(7, 0.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => PredictionInterval.Around(7, -0.5));
    }
}
