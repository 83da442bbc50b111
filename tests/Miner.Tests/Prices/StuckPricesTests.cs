using Bittbridge.Miner.Prices.Source;
using Bittbridge.Miner.Prices.Validation;
using Bittbridge.Models;
using Bittbridge.Models.BuiltIn.Smoothing;
using Bittbridge.Models.Forecasting;
using Bittbridge.Models.Intervals;
using Bittbridge.Testing;

namespace Bittbridge.Miner.Tests.Prices;

public sealed class StuckPricesTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Four_equal_prices_in_a_row_are_stuck_since_the_first_of_them()
    {
        Assert.Equal(Noon.AddMinutes(-15), StuckPrices.Since(Of(7.1, 7.2, 7.2, 7.2, 7.2)));
        Assert.Null(StuckPrices.Since(Of(7.1, 7.2, 7.2, 7.2)));
        Assert.Null(StuckPrices.Since(Of(7.2, 7.2, 7.2, 7.2, 7.2, 7.1)));
        Assert.Null(StuckPrices.Since(Of(7.2, 7.2, 7.2, 7.20001, 7.2)));
        Assert.Null(StuckPrices.Since(Of(7.2)));
        Assert.Null(StuckPrices.Since(PriceHistory.Empty));
    }

    [Theory]
    [InlineData(1e-12)]
    [InlineData(1e-9)]
    [InlineData(3e-7)]
    public void Prices_that_differ_by_nothing_that_counts_are_stuck_too(double difference)
    {
        var history = Of([.. Enumerable.Range(0, 600).Select(i => 7.1 + (difference * (i % 2)))]);
        Assert.Equal(history[0].Time, StuckPrices.Since(history));
        Assert.Equal(2, StuckPrices.Collapse(history).Count);
    }

    [Fact]
    public void Two_equal_prices_with_a_gap_between_them_are_not() =>
        Assert.Null(StuckPrices.Since(PriceHistory.FromPoints([new(Noon.AddHours(-3), 7.1), new(Noon, 7.1)])));

    [Fact]
    public void Of_a_run_both_ends_stay_and_all_other_prices()
    {
        var history = Of(7.1, 7.2, 7.2, 7.2, 7.2, 7.2, 7.3, 7.3, 7.4, 7.4, 7.4, 7.4);
        var collapsed = StuckPrices.Collapse(history);
        Assert.Equal([7.1, 7.2, 7.2, 7.3, 7.3, 7.4, 7.4], collapsed.Points().Select(point => point.Cny));
        Assert.Equal(history.Newest, collapsed.Newest);
        Assert.Empty(collapsed.Points().Except(history.Points()));
    }

    [Fact]
    public void A_history_without_a_run_stays_the_same_object()
    {
        var history = Of(7.1, 7.2, 7.2, 7.3);
        Assert.Same(history, StuckPrices.Collapse(history));
        Assert.Same(PriceHistory.Empty, StuckPrices.Collapse(PriceHistory.Empty));
    }

    [Theory, MemberData(nameof(TestPrices.TheoryRows), MemberType = typeof(TestPrices))]
    public void In_weeks_with_their_weekends_no_price_is_stuck(TestSeries series)
    {
        var weeks = PriceHistory.FromPoints(PriceCsv.Read(TestPrices.PathOf(series), out _)!);
        Assert.Same(weeks, StuckPrices.Collapse(weeks));
    }

    [Fact]
    public async Task Six_hours_of_a_stuck_price_narrow_no_interval()
    {
        var moving = Enumerable.Range(0, 400).Select(i => 7.1 + (0.002 * Math.Sin(i * 0.9))).ToArray();
        var before = Of(moving);
        var stuck = Of([.. moving, .. Enumerable.Repeat(moving[^1], 72)]);
        var forecaster = new Forecaster(new LastPriceModel(), new CalibratedIntervalEstimator(ShippedCalibration.Value));
        async Task<double> WidthAsync(PriceHistory history) =>
            (await forecaster.ForecastAsync(Noon, history, TestContext.Current.CancellationToken))!.Interval!.Value.Width;

        var width = await WidthAsync(before);
        Assert.InRange(await WidthAsync(stuck), 0, 0.7 * width);
        Assert.InRange(await WidthAsync(StuckPrices.Collapse(stuck)), 0.9 * width, 2 * width);
    }

    /// <summary>Prices a step apart, the last at noon.</summary>
    private static PriceHistory Of(params double[] prices) =>
        PriceHistory.FromPoints(prices.Select((price, i) => new PricePoint(Noon - ((prices.Length - 1 - i) * PriceSlot.Step), price)));
}
