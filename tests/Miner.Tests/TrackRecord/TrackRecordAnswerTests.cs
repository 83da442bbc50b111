using Bittbridge.Miner.Forecasting;
using Bittbridge.Miner.TrackRecord;
using Bittbridge.Models;
using Bittbridge.Models.Scoring;

namespace Bittbridge.Miner.Tests.TrackRecord;

public sealed class TrackRecordAnswerTests
{
    private static readonly DateOnly Monday = new(2026, 11, 23);

    private static readonly DayScore Small = Day(5, 4, 1.25, 0.5) with
    {
        Intervals = 2,
        Coverage = 0.5,
        MeanWidth = 0.5,
        IntervalScore = 1,
        Winkler = 2,
    };

    private static readonly DayScore Large = Day(13, 12, 0.25, 2.5) with
    {
        Intervals = 6,
        Coverage = 1,
        MeanWidth = 0.25,
        IntervalScore = 3,
        Winkler = 6,
    };

    private static readonly DayScore Unscored = Day(1, 0, null, null);

    /// <summary>
    /// The errors add up to 5 + 3 and 2 + 30 over 16 forecasts, the rest to 7, 2.5, 20 and 40 over 8 intervals. A draw has two days: the
    /// same one twice in half of the draws.
    /// </summary>
    [Fact]
    public void Means_are_weighted_by_the_counts_of_the_days_and_a_day_without_outcomes_only_counts_its_answers() =>
        Assert.Equal(
            new TotalScore(
                "m@1",
                ForecastRole.Active,
                Days: 2,
                Answered: 19,
                Scored: 16,
                MeanAbsoluteError: 0.5,
                LastPriceError: 2,
                MaeRatio: 0.25,
                MaeRatioLower: 0.1,
                MaeRatioUpper: 2.5,
                Intervals: 8,
                Coverage: 0.875,
                CoverageLower: 0.5,
                CoverageUpper: 1,
                MeanWidth: 0.3125,
                IntervalScore: 2.5,
                IntervalScoreLower: 1,
                IntervalScoreUpper: 3,
                Winkler: 5
            ),
            TotalScore.Of([Small, Unscored, Large])
        );

    [Fact]
    public void A_day_without_intervals_counts_for_the_prices_alone()
    {
        var total = TotalScore.Of([Small, Large, Day(4, 4, 3, 2)]);

        Assert.Equal((3, 20, 8), (total.Days, total.Scored, total.Intervals));
        Assert.Equal((1d, 2d, 0.5), (total.MeanAbsoluteError, total.LastPriceError, total.MaeRatio));
        Assert.Equal((0.875, 0.5, 1d), (total.Coverage, total.CoverageLower, total.CoverageUpper));
        Assert.Equal((2.5, 1d, 3d), (total.IntervalScore, total.IntervalScoreLower, total.IntervalScoreUpper));
    }

    [Fact]
    public void Days_without_outcomes_have_no_figures() => Assert.Equal(Total(0, 2, 0, null, null), TotalScore.Of([Unscored, Unscored]));

    [Fact]
    public void Without_an_error_of_the_last_price_there_is_no_ratio() =>
        Assert.Equal(Total(1, 4, 4, 0.25, 0), TotalScore.Of([Day(4, 4, 0.25, 0)]));

    [Fact]
    public void Totals_are_in_the_order_of_the_roles_and_then_of_the_models()
    {
        var answer = Answer(
            Day(1, 0, null, null, ForecastRole.Shadow, "a@1"),
            Day(2, 0, null, null, ForecastRole.Active, "b@1"),
            Day(4, 0, null, null, ForecastRole.Active, "a@1"),
            Day(8, 0, null, null, ForecastRole.Fallback, "a@1"),
            Day(16, 0, null, null, ForecastRole.Active, "b@1")
        );

        Assert.Equal(
            ["Active a@1 4", "Active b@1 18", "Fallback a@1 8", "Shadow a@1 1"],
            answer.Totals.Select(total => $"{total.Role} {total.Model} {total.Answered}")
        );
    }

    [Fact]
    public void The_share_of_the_fallback_is_of_what_was_sent_to_callers()
    {
        var answer = Answer(
            Day(6, 0, null, null),
            Day(2, 0, null, null, ForecastRole.Fallback),
            Day(50, 0, null, null, ForecastRole.Shadow)
        );

        Assert.Equal(0.25, answer.FallbackShare);
        Assert.Null(Answer(Day(50, 0, null, null, ForecastRole.Shadow)).FallbackShare);
    }

    [Theory]
    [InlineData(7.0, 7.25, true)]
    [InlineData(7.0, 7.0625, false)]
    public void A_slot_with_an_interval_is_covered_or_not(double lower, double upper, bool isCovered)
    {
        var slot = SlotOf(new PredictionInterval(lower, upper));

        Assert.Equal((lower, upper, isCovered), (slot.Lower, slot.Upper, slot.IsCovered));
        Assert.NotNull(slot.IntervalScore);
    }

    [Fact]
    public void A_slot_without_an_interval_is_neither_covered_nor_uncovered() =>
        Assert.Equal(
            new SlotScore(
                ScoringTest.Noon,
                "m@1",
                ForecastRole.Active,
                Price: 7.25,
                Lower: null,
                Upper: null,
                LastPrice: 7.5,
                Truth: 7.125,
                TruthAt: ScoringTest.Noon.AddSeconds(2),
                IsCovered: null,
                PointScore: 0.125 / 7.125,
                IntervalScore: null,
                LatencyMs: 12.5
            ),
            SlotOf(null)
        );

    private static SlotScore SlotOf(PredictionInterval? interval) =>
        SlotScore.Of(
            new(new ScoredForecast(ScoringTest.Noon - Forecast.Horizon, 7.25, interval, 7.5, 7.125), ScoringTest.Noon.AddSeconds(2), 12.5f),
            "m@1",
            ForecastRole.Active
        );

    private static TrackRecordAnswer Answer(params DayScore[] days) =>
        TrackRecordAnswer.Of("tether-cny", new(Monday, Monday), days, slots: null);

    private static TotalScore Total(int days, int answered, int scored, double? error, double? lastError) =>
        new(
            "m@1",
            ForecastRole.Active,
            days,
            answered,
            scored,
            error,
            lastError,
            MaeRatio: null,
            MaeRatioLower: null,
            MaeRatioUpper: null,
            Intervals: 0,
            Coverage: null,
            CoverageLower: null,
            CoverageUpper: null,
            MeanWidth: null,
            IntervalScore: null,
            IntervalScoreLower: null,
            IntervalScoreUpper: null,
            Winkler: null
        );

    private static DayScore Day(
        int answered,
        int scored,
        double? error,
        double? lastError,
        ForecastRole role = ForecastRole.Active,
        string model = "m@1"
    ) =>
        new(
            Monday,
            model,
            role,
            answered,
            scored,
            error,
            lastError,
            MaeRatio: null,
            MaeRatioLower: null,
            MaeRatioUpper: null,
            Intervals: 0,
            Coverage: null,
            CoverageLower: null,
            CoverageUpper: null,
            MeanWidth: null,
            IntervalScore: null,
            IntervalScoreLower: null,
            IntervalScoreUpper: null,
            Winkler: null,
            LatencyP50Ms: null,
            LatencyP99Ms: null,
            Callers: new Dictionary<string, int>(),
            OtherAnswers: 0
        );
}
