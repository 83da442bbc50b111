using Bittbridge.Miner.Forecasting;
using Bittbridge.Models.Scoring;

namespace Bittbridge.Miner.TrackRecord;

/// <summary>
/// The scores of the matured forecasts of one UTC day, for one model and role. Prices and errors are CNY per USDT; an undefined figure is
/// null.
/// </summary>
/// <param name="Day">The day of the forecasts' targets.</param>
/// <param name="Model">The model and its version, such as <c>exponential-smoothing@1</c>.</param>
/// <param name="Role">Whether the forecasts are the active model's, the fallback's or a shadow's.</param>
/// <param name="Answered">How many slots of the day have a matured forecast.</param>
/// <param name="Scored">How many of them have a price near enough to the target.</param>
/// <param name="MeanAbsoluteError">The mean absolute error of the forecasts.</param>
/// <param name="LastPriceError">The mean absolute error of the last price when each forecast was made.</param>
/// <param name="MaeRatio">The forecasts' mean absolute error divided by the last price's; below 1 is better than the last price.</param>
/// <param name="MaeRatioLower">The lower 90 % bootstrap bound of the ratio.</param>
/// <param name="MaeRatioUpper">The upper bound.</param>
/// <param name="Intervals">How many of the scored forecasts have an interval.</param>
/// <param name="Coverage">The share of intervals that contained the price.</param>
/// <param name="CoverageLower">The lower 90 % bootstrap bound of the coverage; null for a day scored by a version without it.</param>
/// <param name="CoverageUpper">The upper bound.</param>
/// <param name="MeanWidth">The mean width of the intervals.</param>
/// <param name="IntervalScore">The validator's mean score of the intervals.</param>
/// <param name="IntervalScoreLower">The lower 90 % bootstrap bound of the interval score, as <paramref name="CoverageLower"/>.</param>
/// <param name="IntervalScoreUpper">The upper bound.</param>
/// <param name="Winkler">The mean Winkler score at 90 %.</param>
/// <param name="LatencyP50Ms">The median time to answer, in milliseconds, of the first answer of each slot.</param>
/// <param name="LatencyP99Ms">The 99th percentile of this time.</param>
/// <param name="Callers">The number of slots by caller.</param>
/// <param name="OtherAnswers">The number of answers to other callers.</param>
public sealed record DayScore(
    DateOnly Day,
    string Model,
    ForecastRole Role,
    int Answered,
    int Scored,
    double? MeanAbsoluteError,
    double? LastPriceError,
    double? MaeRatio,
    double? MaeRatioLower,
    double? MaeRatioUpper,
    int Intervals,
    double? Coverage,
    double? CoverageLower,
    double? CoverageUpper,
    double? MeanWidth,
    double? IntervalScore,
    double? IntervalScoreLower,
    double? IntervalScoreUpper,
    double? Winkler,
    double? LatencyP50Ms,
    double? LatencyP99Ms,
    IReadOnlyDictionary<string, int> Callers,
    int OtherAnswers
)
{
    /// <summary>The slots by caller; null where only their numbers are known.</summary>
    internal DayCallers? CallerSlots { get; init; }

    /// <summary>Computes the scores from the outcomes.</summary>
    /// <param name="day">The day.</param>
    /// <param name="model">The model and its version.</param>
    /// <param name="role">The role.</param>
    /// <param name="answered">How many slots have a matured forecast.</param>
    /// <param name="slots">Their outcomes in ascending time.</param>
    /// <param name="callers">The callers.</param>
    internal static DayScore Of(
        DateOnly day,
        string model,
        ForecastRole role,
        int answered,
        IReadOnlyList<ScoredSlot> slots,
        DayCallers callers
    )
    {
        var evaluation = slots.Count == 0 ? null : Evaluation.Of([.. slots.Select(slot => slot.Forecast)], ScoredSlot.Level);
        ScoredSlot[] intervals = [.. slots.Where(slot => slot.Forecast.Interval is not null)];
        var ratio = RatioBounds.OfSlots(slots);
        var coverage = RatioBounds.OfSums([.. intervals.Select(slot => (slot.Slot, slot.Forecast.IsCovered ? 1d : 0, 1d))]);
        var intervalScore = RatioBounds.OfSums([.. intervals.Select(slot => (slot.Slot, slot.IntervalScore ?? 0, 1d))]);
        float[] latencies = [.. slots.Select(slot => slot.LatencyMs).Order()];
        return new(
            day,
            model,
            role,
            answered,
            slots.Count,
            evaluation?.MeanAbsoluteError,
            evaluation is null ? null : slots.Average(slot => slot.Forecast.ErrorOfLast),
            evaluation?.MaeRatio,
            ratio?.Lower,
            ratio?.Upper,
            intervals.Length,
            evaluation?.Coverage,
            coverage?.Lower,
            coverage?.Upper,
            evaluation?.MeanWidth,
            evaluation?.IntervalScoreRounded,
            intervalScore?.Lower,
            intervalScore?.Upper,
            evaluation?.Winkler,
            Quantile(latencies, 0.5),
            Quantile(latencies, 0.99),
            callers.Counts,
            callers.Others
        )
        {
            CallerSlots = callers,
        };
    }

    /// <summary>The smallest value that is at least as large as this share of the values.</summary>
    private static double? Quantile(float[] ascending, double share) =>
        ascending.Length == 0 ? null : ascending[(int)Math.Ceiling(share * ascending.Length) - 1];
}
