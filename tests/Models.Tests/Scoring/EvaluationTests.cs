using Bittbridge.Models.Scoring;

namespace Bittbridge.Models.Tests.Scoring;

public sealed class EvaluationTests
{
    private static readonly DateTimeOffset Midnight = new(2025, 10, 20, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Errors_are_measured_against_the_last_price()
    {
        ScoredForecast[] forecasts = [new(Midnight, 7.2, null, 7.0, 7.3), new(Midnight, 7.4, null, 7.2, 7.3)];

        var evaluation = Evaluation.Of(forecasts);

        Assert.Equal(0.1, evaluation.MeanAbsoluteError, 12);
        Assert.Equal(0.5, evaluation.MaeRatio!.Value, 12);
        Assert.Equal(Math.Sqrt(0.02 / 0.10), evaluation.RmseRatio!.Value, 12);
        Assert.Null(evaluation.Coverage);
        Assert.Null(evaluation.WorstWeek);
        Assert.Null(evaluation.WorstDay);
        Assert.Null(evaluation.MeanWidth);
        Assert.Null(evaluation.Winkler);
        Assert.Null(evaluation.IntervalScore);
        Assert.Null(evaluation.IntervalScoreRounded);
    }

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

    private static ScoredForecast Round(DateTimeOffset at, bool hit) => new(at, 7.1, new(7.0, 7.2), 7.1, hit ? 7.15 : 7.25);
}
