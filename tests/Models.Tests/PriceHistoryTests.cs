using CsCheck;

namespace Bittbridge.Models.Tests;

public sealed class PriceHistoryTests
{
    private const int FiveHoursMs = 5 * 3_600_000;

    /// <summary>
    /// Observations in any order within five hours: some slots seen several times, some never, the dollar price now and then.
    /// </summary>
    private static readonly Gen<PricePoint[]> Observations = Gen.Select(
        Gen.Int[0, FiveHoursMs],
        Gen.Double[6.5, 7.5],
        Gen.Bool,
        (ms, cny, usd) => new PricePoint(Series.Start.AddMilliseconds(ms), cny, usd ? cny / 7.1 : null)
    ).Array[0, 80];

    private static readonly Gen<PricePoint[]> DistinctObservations = Observations.Select(points =>
        points.DistinctBy(p => p.Time).ToArray()
    );

    private static readonly Gen<DateTimeOffset> Instants = Gen.Int[-FiveHoursMs / 5, FiveHoursMs * 6 / 5]
        .Select(ms => Series.Start.AddMilliseconds(ms));

    [Fact]
    public void Each_mark_keeps_the_observation_nearest_to_it() =>
        DistinctObservations.Sample(observations =>
        {
            var expected = observations
                .GroupBy(p => p.Slot)
                .OrderBy(g => g.Key)
                .Select(g => g.OrderBy(p => Math.Abs((p.Time - p.Slot.Time).Ticks)).ThenBy(p => p.Time).First());

            Assert.Equal(expected, PriceHistory.FromPoints(observations).Points());
        });

    [Fact]
    public void Times_ascend_strictly() =>
        Observations.Sample(observations =>
        {
            var times = PriceHistory.FromPoints(observations).TimesUnixMs.ToArray();

            Assert.Equal(times.Distinct().Order(), times);
        });

    [Fact]
    public void Merging_the_same_observations_again_changes_nothing() =>
        Gen.Select(Observations, Observations)
            .Sample(
                (known, more) =>
                {
                    var once = PriceHistory.FromPoints(known).Merge(more);

                    Assert.Equal(once.Points(), once.Merge(more).Points());
                }
            );

    [Fact]
    public void Merging_in_portions_is_merging_at_once() =>
        Gen.Select(Observations, Observations, Observations)
            .Sample(
                (a, b, c) =>
                    Assert.Equal(
                        PriceHistory.FromPoints([.. a, .. b, .. c]).Points(),
                        PriceHistory.FromPoints(a).Merge(b).Merge(c).Points()
                    )
            );

    [Fact]
    public void The_order_of_observations_at_different_instants_does_not_matter() =>
        DistinctObservations.Sample(observations =>
            Assert.Equal(PriceHistory.FromPoints(observations).Points(), PriceHistory.FromPoints(observations.Reverse()).Points())
        );

    [Fact]
    public void Two_pollers_who_merge_each_others_points_agree() =>
        DistinctObservations.Sample(observations =>
        {
            var (a, b) = (
                PriceHistory.FromPoints(observations.Where((_, i) => i % 2 == 0)),
                PriceHistory.FromPoints(observations.Where((_, i) => i % 2 == 1))
            );

            Assert.Equal(a.Merge(b.Points()).Points(), b.Merge(a.Points()).Points());
        });

    [Fact]
    public void A_merge_leaves_the_history_it_started_from_as_it_was() =>
        Gen.Select(Observations, Observations)
            .Sample(
                (known, more) =>
                {
                    var history = PriceHistory.FromPoints(known);
                    var before = history.Points().ToArray();

                    _ = history.Merge(more);

                    Assert.Equal(before, history.Points());
                }
            );

    [Fact]
    public void What_was_known_at_an_instant_is_every_point_at_or_before_it() =>
        Gen.Select(Observations, Instants)
            .Sample(
                (observations, time) =>
                {
                    var history = PriceHistory.FromPoints(observations);

                    Assert.Equal(history.Points().Where(p => p.Time <= time), history.Until(time).Points());
                    Assert.Equal(history.Points().Where(p => p.Time >= time), history.Since(time).Points());
                }
            );

    [Fact]
    public void Both_ends_of_a_window_are_included()
    {
        var history = Series.Of(7.1, 7.2, 7.3, 7.4);

        Assert.Equal([7.2, 7.3], history.Since(Series.At(1)).Until(Series.At(2)).Prices.ToArray());
    }

    [Fact]
    public void An_instant_just_after_a_point_leaves_it_out_of_what_follows()
    {
        var history = Series.Of(7.1, 7.2);

        Assert.Equal([7.2], history.Since(Series.At(0).AddTicks(1)).Prices.ToArray());
        Assert.Equal([7.1], history.Until(Series.At(1).AddTicks(-1)).Prices.ToArray());
    }

    [Fact]
    public void The_last_points_are_the_newest_ones() =>
        Gen.Select(Observations, Gen.Int[0, 90])
            .Sample(
                (observations, count) =>
                {
                    var history = PriceHistory.FromPoints(observations);

                    Assert.Equal(history.Points().TakeLast(count), history.TakeLast(count).Points());
                }
            );

    [Fact]
    public void The_nearest_point_is_found_by_time_and_never_beyond_the_tolerance() =>
        Gen.Select(Observations, Instants)
            .Sample(
                (observations, time) =>
                {
                    var history = PriceHistory.FromPoints(observations);
                    var nearest = history
                        .Points()
                        .Select((p, i) => (Distance: (p.Time - time).Duration(), Index: i))
                        .Where(p => p.Distance <= PriceHistory.Tolerance)
                        .OrderBy(p => p.Distance)
                        .ThenBy(p => p.Index)
                        .Select(p => p.Index)
                        .FirstOrDefault(-1);

                    Assert.Equal(nearest, history.IndexNear(time));
                }
            );

    [Theory]
    [InlineData(150_000, 0)]
    [InlineData(150_001, 1)]
    [InlineData(149_999, 0)]
    [InlineData(-150_000, 0)]
    [InlineData(-150_001, -1)]
    [InlineData(450_000, 1)]
    [InlineData(450_001, -1)]
    public void Of_two_points_equally_near_the_earlier_stands_for_the_instant(int ms, int index) =>
        Assert.Equal(index, Series.Of(7.1, 7.2).IndexNear(Series.Start.AddMilliseconds(ms)));

    [Fact]
    public void A_missing_point_is_not_replaced_by_its_row_neighbor()
    {
        var history = PriceHistory.FromPoints(
            Enumerable.Range(0, 30).Where(i => i != 12).Select(i => new PricePoint(Series.At(i), 7 + i / 100d))
        );

        Assert.Equal(-1, history.IndexNear(Series.At(0) + Forecast.Horizon));
        Assert.Equal(7.13, history.Prices[history.IndexNear(Series.At(1) + Forecast.Horizon)]);
    }

    [Fact]
    public void A_window_shares_the_memory_of_the_whole()
    {
        var history = PriceHistory.FromPoints(Enumerable.Range(0, 20).Select(i => new PricePoint(Series.At(i), 7 + i, 1)));
        var window = history.Until(Series.At(14)).Since(Series.At(5)).TakeLast(4);

        Assert.True(window.Prices == history.Prices[11..15]);
        Assert.True(window.UsdPrices == history.UsdPrices[11..15]);
        Assert.True(window.TimesUnixMs == history.TimesUnixMs[11..15]);
    }

    [Fact]
    public void A_window_answers_by_its_own_indexes() =>
        Gen.Select(Observations, Instants, Instants)
            .Sample(
                (observations, a, b) =>
                {
                    var history = PriceHistory.FromPoints(observations);
                    var window = history.Since(a);

                    var near = window.IndexNear(b);

                    Assert.True(near < 0 || (window[near].Time - b).Duration() <= PriceHistory.Tolerance);
                    Assert.Throws<ArgumentOutOfRangeException>(() => window[window.Count]);
                    Assert.Throws<ArgumentOutOfRangeException>(() => window[-1]);
                    Assert.Equal(window.Points(), PriceHistory.FromPoints(window.Points()).Points());
                }
            );

    [Fact]
    public void The_dollar_price_is_kept_where_it_is_known_and_not_a_number_where_it_is_not()
    {
        var history = PriceHistory.FromPoints([new(Series.At(0), 7.1, 0.999), new(Series.At(1), 7.2)]);

        Assert.Equal([0.999, double.NaN], history.UsdPrices.ToArray());
        Assert.Equal(0.999, history[0].Usd);
        Assert.Null(history[1].Usd);
    }

    [Fact]
    public void A_dollar_price_that_comes_later_fills_the_point()
    {
        var history = PriceHistory
            .FromPoints([new(Series.At(0), 7.1)])
            .Merge([new(Series.At(0), 7.1, 0.999)])
            .Merge([new(Series.At(0), 7.1)]);

        Assert.Equal(new PricePoint(Series.At(0), 7.1, 0.999), Assert.Single(history.Points()));
    }

    [Fact]
    public void An_empty_history_has_nothing_and_throws_nothing()
    {
        var empty = PriceHistory.Empty;

        Assert.True(empty.IsEmpty);
        Assert.Null(empty.Newest);
        Assert.Equal(-1, empty.IndexNear(Series.Start));
        Assert.True(empty.Until(Series.Start).Since(Series.Start).TakeLast(3).IsEmpty);
        Assert.True(empty.Merge([]).IsEmpty);
    }

    [Fact]
    public void A_negative_number_of_points_cannot_be_taken() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Series.Of(7.1).TakeLast(-1));
}
