using Bittbridge.Models.Scoring;

namespace Bittbridge.Models.Tests.Scoring;

public sealed class EvaluationTests
{
    private static readonly DateTimeOffset Midnight = new(2025, 10, 20, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Errors_are_measured_against_the_last_price()
    {
        ScoredForecast[] forecasts = [new(Midnight, 7.2, null, 7.0, 7.3), new(Midnight, 7.5, null, 7.2, 7.3)];

        var evaluation = Evaluation.Of(forecasts);

        Assert.Equal(0.15, evaluation.MeanAbsoluteError, 12);
        Assert.Equal(0.75, evaluation.MaeRatio!.Value, 12);
        Assert.Equal(Math.Sqrt(0.05 / 0.10), evaluation.RmseRatio!.Value, 12);
        Assert.Null(evaluation.Coverage);
        Assert.Null(evaluation.WorstWeek);
        Assert.Null(evaluation.WorstDay);
        Assert.Null(evaluation.MeanWidth);
        Assert.Null(evaluation.Winkler);
        Assert.Null(evaluation.IntervalScore);
        Assert.Null(evaluation.IntervalScoreRounded);
    }

    [Fact]
    public void A_forecast_without_an_interval_covers_nothing() =>
        Assert.False(new ScoredForecast(Midnight, 7.1, Interval: null, 7.1, 7.1).IsCovered);

    [Theory]
    [InlineData(7.05, 0.2)]
    [InlineData(6.95, 0.2 + 20 * 0.05)]
    [InlineData(7.25, 0.2 + 20 * 0.05)]
    public void The_winkler_score_is_the_width_and_twenty_times_what_was_missed(double truth, double score) =>
        Assert.Equal(score, Evaluation.WinklerScore(truth, new(7.0, 7.2), 0.9), 9);

    [Fact]
    public void Coverage_is_told_for_the_whole_the_worst_seven_days_and_the_worst_day()
    {
        // Ten days: the second misses half of its hours, the tenth has too few to count, and misses all.
        var forecasts = Enumerable
            .Range(0, 10)
            .SelectMany(day =>
                Enumerable
                    .Range(0, day == 9 ? 20 : 200)
                    .Select(i => Round(Midnight.AddDays(day).AddMinutes(5 * i), hit: day != 9 && (day != 1 || i % 2 == 0)))
            )
            .ToArray();

        var evaluation = Evaluation.Of(forecasts);

        Assert.Equal(1700d / 1820, evaluation.Coverage!.Value, 12);
        Assert.Equal(1300d / 1400, evaluation.WorstWeek!.Value, 12);
        Assert.Equal(0.5, evaluation.WorstDay!.Value, 12);
    }

    [Fact]
    public void The_last_seven_days_are_a_week_too()
    {
        var evaluation = Evaluation.Of([.. Days(10, day => day != 9)]);

        Assert.Equal(6d / 7, evaluation.WorstWeek!.Value, 12);
    }

    [Fact]
    public void Weeks_without_a_forecast_hide_no_worse_one()
    {
        // The first day of all is the only bad one; then two weeks are missing.
        var evaluation = Evaluation.Of([.. Days(1, _ => false), .. Days(7, _ => true, from: 15)]);

        Assert.Equal((0d, 1d / 8 * 7), (evaluation.WorstWeek!.Value, evaluation.Coverage!.Value));
    }

    [Theory]
    [InlineData(143, 0.5)]
    [InlineData(144, 0)]
    public void A_day_counts_as_one_with_half_of_its_slots(int slots, double worst)
    {
        var evaluation = Evaluation.Of([
            .. Enumerable.Range(0, slots).Select(i => Round(Midnight.AddMinutes(5 * i), hit: false)),
            .. Enumerable.Range(0, slots).Select(i => Round(Midnight.AddDays(1).AddMinutes(5 * i), hit: true)),
        ]);

        Assert.Equal(worst, evaluation.WorstDay);
    }

    [Fact]
    public void The_width_is_a_mean_over_the_forecasts_with_an_interval()
    {
        var evaluation = Evaluation.Of([
            new(Midnight, 7.1, new(7.0, 7.1), 7.1, 7.1),
            new(Midnight, 7.1, new(7.0, 7.3), 7.1, 7.1),
            new(Midnight, 7.1, null, 7.1, 7.1),
        ]);

        Assert.Equal(0.2, evaluation.MeanWidth!.Value, 12);
    }

    [Fact]
    public void The_day_of_a_forecast_is_the_UTC_day_whatever_the_offset_of_its_time()
    {
        var morning = new DateTimeOffset(2025, 10, 20, 7, 0, 0, TimeSpan.FromHours(8));

        Assert.Equal(new DateOnly(2025, 10, 19), Round(morning, true).Day);
    }

    [Fact]
    public void A_short_stretch_is_its_own_worst_week_and_day()
    {
        var evaluation = Evaluation.Of([Round(Midnight, true), Round(Midnight, false)]);

        Assert.Equal(((double?)0.5, (double?)0.5, (double?)0.5), (evaluation.Coverage, evaluation.WorstWeek, evaluation.WorstDay));
    }

    [Fact]
    public void The_validator_reads_the_truth_with_four_decimals()
    {
        var evaluation = Evaluation.Of([new(Midnight, 7.1, new(7.1, 7.101), 7.1, 7.09996)]);

        Assert.Equal(0, evaluation.IntervalScore);
        Assert.Equal(0.5, evaluation.IntervalScoreRounded!.Value, 9);
    }

    [Theory]
    [InlineData(7.1)]
    [InlineData(7.2)]
    public void Where_the_last_price_was_always_right_no_ratio_to_it_is_defined(double price)
    {
        var evaluation = Evaluation.Of([new(Midnight, price, new(7.0, 7.3), 7.1, 7.1)]);

        Assert.Null(evaluation.MaeRatio);
        Assert.Null(evaluation.RmseRatio);
        Assert.Equal(1, evaluation.Coverage);
    }

    [Fact]
    public void Nothing_cannot_be_evaluated() => Assert.Throws<ArgumentException>(() => Evaluation.Of([]));

    /// <summary>Days with all their slots.</summary>
    private static IEnumerable<ScoredForecast> Days(int count, Func<int, bool> hit, int from = 0) =>
        Enumerable
            .Range(0, count)
            .SelectMany(day => Enumerable.Range(0, 288).Select(i => Round(Midnight.AddDays(from + day).AddMinutes(5 * i), hit(day))));

    private static ScoredForecast Round(DateTimeOffset at, bool hit) => new(at, 7.1, new(7.0, 7.2), 7.1, hit ? 7.15 : 7.25);
}
