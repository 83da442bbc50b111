using Bittbridge.Models.BuiltIn.Smoothing;
using Bittbridge.Models.Intervals;
using Bittbridge.Models.Tests.Forecasting;

namespace Bittbridge.Models.Tests.Intervals;

public sealed class ResidualIntervalEstimatorTests
{
    private static readonly LastPriceModel Model = new();
    private static readonly ResidualIntervalEstimator Estimator = new(0.9);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-0.1)]
    [InlineData(double.NaN)]
    public void A_level_lies_between_zero_and_one(double level) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new ResidualIntervalEstimator(level));

    [Fact]
    public void The_half_width_is_the_error_at_the_conformal_rank()
    {
        // The price climbs ever faster, so errors grow with time and the n-th smallest is the n-th.
        var prices = Enumerable.Range(0, 212).Select(i => 7 + 1e-6 * i * i).ToArray();
        var errors = Enumerable.Range(0, 200).Select(i => prices[i + 12] - prices[i]).Order().ToArray();

        var interval = Estimator.Estimate(7.1, Series.At(211), Series.Of(prices), Model)!.Value;

        // ceil(201 * .9) = 181
        Assert.Equal(errors[180], interval.Width / 2, 12);
        Assert.Equal(7.1, (interval.Lower + interval.Upper) / 2, 12);
    }

    [Fact]
    public void The_rank_is_that_among_the_errors_in_ascending_order()
    {
        // The price climbs ever more slowly: the error at point i of 200 is 1e-6 * (4920 - 24 * i), so the 181st smallest is at point 19.
        Assert.Equal(0.004464, HalfWidth(Enumerable.Range(0, 212).Select(i => 7.1 - 1e-6 * (211 - i) * (211 - i))), 9);
    }

    [Fact]
    public void The_rank_does_not_slip_by_the_last_bit_of_a_product()
    {
        // 100 * 0.55 is a little more than 55 in binary.
        var prices = Enumerable.Range(0, 111).Select(i => 7 + 1e-6 * i * i).ToArray();

        var interval = new ResidualIntervalEstimator(0.55).Estimate(7.1, Series.At(110), Series.Of(prices), Model)!.Value;

        Assert.Equal(prices[54 + 12] - prices[54], interval.Width / 2, 12);
    }

    [Fact]
    public void An_error_counts_only_when_its_hour_has_passed()
    {
        // The price jumps by 1 just after the forecast: were an error of an unfinished hour counted, the interval would show it.
        var calm = Enumerable.Range(0, 300).Select(i => 7.1 + 0.0001 * (i % 7)).ToArray();
        var before = Estimator.Estimate(7.1, Series.At(288), Series.Of(calm[..289]), Model);

        var wild = calm.Select((price, i) => i > 288 ? price + 1 : price);
        var cut = Estimator.Estimate(7.1, Series.At(288), Series.Of(wild).Until(Series.At(288)), Model);

        Assert.Equal(before, cut);
    }

    [Fact]
    public void Errors_are_taken_over_the_hour_and_not_over_twelve_rows()
    {
        // Every other point is missing, so twelve rows are two hours; the price climbs steadily.
        var history = PriceHistory.FromPoints(
            Enumerable.Range(0, 300).Where(i => i % 2 == 0).Select(i => new PricePoint(Series.At(i), 7 + 0.0001 * i))
        );

        Assert.Equal(0.0012, Estimator.Estimate(7.1, Series.At(298), history, Model)!.Value.Width / 2, 9);
    }

    /// <summary>
    /// Twelve equal prices, then thirteen of which each is a thousandth higher than the one before: an error tells which price it is from.
    /// The width is that of the seventh of 13 errors.
    /// </summary>
    /// <param name="delay">How many seconds the first twelve points are after their slots.</param>
    /// <param name="later">The same for the other points.</param>
    /// <param name="error">0.007 with the price of the slot at the end of the hour, 0.008 with that of the next slot.</param>
    [Theory]
    [InlineData(0, 0, 0.007)]
    [InlineData(0, -150, 0.007)]
    [InlineData(1, -150, 0.008)]
    [InlineData(100, -120, 0.008)]
    public void The_price_nearest_to_the_end_of_the_hour_is_used_and_the_earlier_one_of_two(int delay, int later, double error)
    {
        var history = PriceHistory.FromPoints(
            Enumerable
                .Range(0, 25)
                .Select(i => new PricePoint(Series.At(i).AddSeconds(i < 12 ? delay : later), 7.1 + 0.001 * Math.Max(0, i - 11)))
        );

        var interval = new ResidualIntervalEstimator(0.5).Estimate(7.1, history.Newest!.Value.Time, history, Model)!.Value;

        Assert.Equal(error, interval.Width / 2, 9);
    }

    [Fact]
    public void A_model_that_can_replay_is_judged_by_its_own_errors()
    {
        var bouncing = Series.Of(Enumerable.Range(0, 400).Select(i => 7.1 + 0.001 * (i % 2 == 0 ? 1 : -1) * (1 + i % 3)));

        var last = Estimator.Estimate(7.1, Series.At(399), bouncing, Model)!.Value;
        var mean = Estimator.Estimate(7.1, Series.At(399), bouncing, new MovingAverageModel())!.Value;
        var stranger = Estimator.Estimate(7.1, Series.At(399), bouncing, new FixedModel("stranger", 7.1))!.Value;

        Assert.NotEqual(last, mean);
        Assert.Equal(last, stranger);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(6)]
    [InlineData(13)]
    [InlineData(24)]
    [InlineData(60)]
    public void A_short_history_makes_a_wider_interval_than_a_long_one(int points)
    {
        var prices = Enumerable.Range(0, 500).Select(i => 7.1 + 0.0005 * Math.Sin(i * 1.7)).ToArray();

        var few = Estimator.Estimate(7.1, Series.At(499), Series.Of(prices).TakeLast(points), Model)!.Value;
        var many = Estimator.Estimate(7.1, Series.At(499), Series.Of(prices), Model)!.Value;

        Assert.True(few.Width > many.Width, $"{few.Width} from {points} points, {many.Width} from 500");
    }

    [Fact]
    public void A_large_step_near_the_end_of_a_short_history_is_taken_for_a_drift()
    {
        // Of the twelve known errors only one has seen the step.
        var prices = Enumerable.Range(0, 24).Select(i => i == 23 ? 7.11 : 7.1);

        Assert.Equal(0.01 * Math.Sqrt(12) * 24 / 23, HalfWidth(prices), 9);
    }

    [Theory]
    [InlineData(107, true)]
    [InlineData(108, false)]
    public void The_largest_step_counts_until_the_errors_span_as_many_hours_as_the_level_needs_errors(int errors, bool counts)
    {
        // A spike, which no more than two in a hundred errors have seen.
        var points = errors + 12;
        var prices = Enumerable.Range(0, points).Select(i => i == 50 ? 7.11 : 7.1);

        Assert.Equal(counts ? 0.01 * Math.Sqrt(12) * (1 + 1d / (points - 1)) : 0.00005, HalfWidth(prices), 9);
    }

    [Fact]
    public void Of_nine_errors_the_largest_is_used_at_a_level_of_nine_tenths()
    {
        // A climb, whose errors of an hour are larger than its steps; the ninth error is the largest.
        var prices = Enumerable.Range(0, 21).Select(i => 7 + 1e-5 * i * i).ToArray();

        Assert.Equal(prices[20] - prices[8], HalfWidth(prices), 12);
    }

    [Fact]
    public void A_change_over_more_than_an_hour_is_not_scaled_down()
    {
        var history = PriceHistory.FromPoints([new(Series.Start, 7.1), new(Series.Start.AddHours(3), 7.11)]);

        Assert.Equal(0.02, Estimator.Estimate(7.1, Series.Start.AddHours(3), history, Model)!.Value.Width / 2, 9);
    }

    [Fact]
    public void Two_points_seen_within_a_second_do_not_blow_the_interval_up()
    {
        var history = PriceHistory.FromPoints([
            new(Series.Start.AddMilliseconds(149_999), 7.100),
            new(Series.Start.AddMilliseconds(150_001), 7.101),
        ]);

        Assert.Equal(
            0.001 * Math.Sqrt(12) * 2,
            Estimator.Estimate(7.1, Series.Start.AddMilliseconds(150_001), history, Model)!.Value.Width / 2,
            9
        );
    }

    [Fact]
    public void One_point_or_none_says_nothing()
    {
        Assert.Null(Estimator.Estimate(7.1, Series.At(0), Series.Of(7.1), Model));
        Assert.Null(Estimator.Estimate(7.1, Series.At(0), PriceHistory.Empty, Model));
    }

    [Fact]
    public void A_history_is_required() =>
        Assert.Equal("history", Assert.Throws<ArgumentNullException>(() => Estimator.Estimate(7.1, Series.At(0), null!, Model)).ParamName);

    [Fact]
    public void An_old_price_makes_a_wider_interval_by_the_square_root_of_time()
    {
        var history = Series.Of(Enumerable.Range(0, 300).Select(i => 7.1 + 0.001 * Math.Sin(i)));

        var fresh = Estimator.Estimate(7.1, Series.At(299), history, Model)!.Value;
        var stale = Estimator.Estimate(7.1, Series.At(299).AddHours(3), history, Model)!.Value;

        Assert.Equal(2, stale.Width / fresh.Width, 9);
    }

    [Fact]
    public void Prices_that_stand_still_get_the_narrowest_interval()
    {
        var interval = Estimator.Estimate(7.1, Series.At(299), Series.Of(Enumerable.Repeat(7.1, 300)), Model)!.Value;

        Assert.Equal(0.0001, interval.Width, 12);
    }

    private static double HalfWidth(IEnumerable<double> prices)
    {
        var history = Series.Of(prices);
        return Estimator.Estimate(7.1, history.Newest!.Value.Time, history, Model)!.Value.Width / 2;
    }
}
