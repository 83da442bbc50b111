using Bittbridge.Models.Scoring;

namespace Bittbridge.Models.Tests.Scoring;

public sealed class RatioBootstrapTests
{
    private static readonly DateOnly FirstDay = new(2025, 10, 20);

    [Fact]
    public void Bounds_of_a_ratio_are_not_defined_where_a_draw_may_hold_still_days_alone() =>
        Assert.Null(RatioBootstrap.OfDays([(FirstDay, 0, 0), (FirstDay.AddDays(1), 0.05, 0.1)], seed: 1));

    [Fact]
    public void Two_days_are_enough() =>
        Assert.Equal(new(1, 2), RatioBootstrap.OfDays([(FirstDay, 1, 1), (FirstDay.AddDays(1), 2, 1)], seed: 1));

    [Fact]
    public void A_single_day_says_nothing_about_other_days() =>
        Assert.Null(RatioBootstrap.OfDays([(FirstDay, 1, 1), (FirstDay, 0, 1)], seed: 1));

    [Fact]
    public void Nothing_has_no_bounds()
    {
        Assert.Null(RatioBootstrap.OfDays([], seed: 1));
        Assert.Null(RatioBootstrap.Of([], count: 3, seed: 1));
    }

    [Fact]
    public void The_bounds_are_quantiles_of_the_draws_whatever_the_order_of_the_terms()
    {
        var terms = Enumerable.Range(0, 30).Select(day => (FirstDay.AddDays(day), (double)day, 1d)).ToArray();

        var bounds = RatioBootstrap.OfDays(terms, seed: 5);

        Assert.Equal(Drawn(terms, seed: 5, draws: 1000), bounds);
        Assert.Equal(bounds, RatioBootstrap.OfDays(terms.Reverse(), seed: 5));
        Assert.Equal(Drawn(terms, seed: 5, draws: 400), RatioBootstrap.OfDays(terms, seed: 5, draws: 400));
        Assert.NotEqual(bounds, RatioBootstrap.OfDays(terms, seed: 6));
    }

    [Fact]
    public void A_bootstrap_draws_whole_days()
    {
        // One of ten days has all the error, in fifty forecasts: a draw of days holds it some times or never, so that every ratio is a
        // multiple of a tenth; draws of forecasts would give other ratios.
        var terms = Enumerable.Range(0, 500).Select(i => (FirstDay.AddDays(i % 10), i % 10 == 0 ? 1d : 0, 1d));

        var bounds = RatioBootstrap.OfDays(terms, seed: 1)!;

        Assert.Equal((0, 0.3), (bounds.Lower, Math.Round(bounds.Upper, 9)));
    }

    /// <summary>The same bounds in other words: the sums of each draw of days, sorted, without the twentieth at each end.</summary>
    private static Bounds Drawn((DateOnly Day, double Numerator, double Denominator)[] days, int seed, int draws)
    {
        var random = new Random(seed);
        var ratios = Enumerable
            .Range(0, draws)
            .Select(_ => Enumerable.Range(0, days.Length).Sum(_ => days[random.Next(days.Length)].Numerator) / days.Length)
            .Order()
            .ToList();
        return new(ratios[draws / 20], ratios[^(draws / 20 + 1)]);
    }
}
