using System.Text.Json.Serialization;
using Bittbridge.Miner.Forecasting;
using Bittbridge.Models.Scoring;

namespace Bittbridge.Miner.TrackRecord;

/// <summary>The track record of some days. Prices and errors are CNY per USDT; times are UTC.</summary>
/// <param name="Series">The price series of the forecasts.</param>
/// <param name="From">The first day.</param>
/// <param name="To">The last day.</param>
/// <param name="FallbackShare">The share of answers that the fallback gave in place of the active model; null if there was no answer, or
/// if the query names a model.</param>
/// <param name="Totals">Each model and role over all the days.</param>
/// <param name="Days">Each day, model and role.</param>
/// <param name="Slots">The outcome of each slot; null unless requested.</param>
public sealed record TrackRecordAnswer(
    string Series,
    DateOnly From,
    DateOnly To,
    double? FallbackShare,
    IReadOnlyList<TotalScore> Totals,
    IReadOnlyList<DayScore> Days,
    IReadOnlyList<SlotScore>? Slots
)
{
    /// <summary>Builds the answer from the days, which must be in ascending order.</summary>
    internal static TrackRecordAnswer Of(
        string series,
        TrackRecordQuery query,
        IReadOnlyList<DayScore> days,
        IReadOnlyList<SlotScore>? slots
    )
    {
        var answers = days.Where(day => day.Role != ForecastRole.Shadow).Sum(day => day.Answered);
        return new(
            series,
            query.From,
            query.To,
            // With a filter by model the fallbacks are missing, so the share is unknown.
            answers == 0
            || query.Model is not null
                ? null
                : (double)days.Where(day => day.Role == ForecastRole.Fallback).Sum(day => day.Answered) / answers,
            [
                .. days.GroupBy(day => (day.Role, day.Model))
                    .OrderBy(group => group.Key.Role)
                    .ThenBy(group => group.Key.Model, StringComparer.Ordinal)
                    .Select(group => TotalScore.Of([.. group])),
            ],
            days,
            slots
        );
    }
}

/// <summary>The scores of the matured forecasts of several days, for one model and role; see <see cref="DayScore"/>.</summary>
/// <param name="Model">The model and its version.</param>
/// <param name="Role">The role.</param>
/// <param name="Days">How many days have a scored forecast.</param>
/// <param name="Answered">How many slots have a matured forecast.</param>
/// <param name="Scored">How many of them have a price near enough to the target.</param>
/// <param name="MeanAbsoluteError">The mean absolute error of the forecasts.</param>
/// <param name="LastPriceError">The mean absolute error of the last price when each forecast was made.</param>
/// <param name="MaeRatio">The forecasts' error divided by the last price's.</param>
/// <param name="MaeRatioLower">The lower bound of the 90 % bootstrap interval, which draws whole days; null for a single day.</param>
/// <param name="MaeRatioUpper">The upper bound.</param>
/// <param name="Intervals">How many of the scored forecasts have an interval.</param>
/// <param name="Coverage">The share of intervals that contain the price.</param>
/// <param name="CoverageLower">The lower bound of the coverage, as <paramref name="MaeRatioLower"/>.</param>
/// <param name="CoverageUpper">The upper bound.</param>
/// <param name="MeanWidth">The mean width of the intervals.</param>
/// <param name="IntervalScore">The validator's mean score of the intervals.</param>
/// <param name="IntervalScoreLower">The lower bound of the interval score, as <paramref name="MaeRatioLower"/>.</param>
/// <param name="IntervalScoreUpper">The upper one.</param>
/// <param name="Winkler">The mean Winkler score at 90 %.</param>
public sealed record TotalScore(
    string Model,
    ForecastRole Role,
    int Days,
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
    double? Winkler
)
{
    /// <summary>Sums the days of one model and role.</summary>
    /// <param name="days">At least one.</param>
    internal static TotalScore Of(IReadOnlyList<DayScore> days)
    {
        DayScore[] scored = [.. days.Where(day => day.Scored > 0)];
        var (count, intervals) = (scored.Sum(day => day.Scored), scored.Sum(day => day.Intervals));
        (double Own, double Last)[] sums =
        [
            .. scored.Select(day => (day.Scored * (day.MeanAbsoluteError ?? 0), day.Scored * (day.LastPriceError ?? 0))),
        ];
        var (own, last) = (sums.Sum(sum => sum.Own), sums.Sum(sum => sum.Last));
        var bounds = RatioBounds.OfDays(sums);
        var (coverage, intervalScore) = (BoundsOf(day => day.Coverage), BoundsOf(day => day.IntervalScore));
        return new(
            days[0].Model,
            days[0].Role,
            scored.Length,
            days.Sum(day => day.Answered),
            count,
            count > 0 ? own / count : null,
            count > 0 ? last / count : null,
            last > 0 ? own / last : null,
            bounds?.Lower,
            bounds?.Upper,
            intervals,
            Mean(day => day.Coverage),
            coverage?.Lower,
            coverage?.Upper,
            Mean(day => day.MeanWidth),
            Mean(day => day.IntervalScore),
            intervalScore?.Lower,
            intervalScore?.Upper,
            Mean(day => day.Winkler)
        );

        Bounds? BoundsOf(Func<DayScore, double?> figure) =>
            RatioBounds.OfDays([
                .. scored.Where(day => day.Intervals > 0).Select(day => (day.Intervals * (figure(day) ?? 0), (double)day.Intervals)),
            ]);

        double? Mean(Func<DayScore, double?> figure) =>
            intervals == 0 ? null : scored.Sum(day => day.Intervals * (figure(day) ?? 0)) / intervals;
    }
}

/// <summary>A matured forecast and its outcome.</summary>
/// <param name="Target">The instant that the forecast is for.</param>
/// <param name="Model">The model and its version.</param>
/// <param name="Role">The role.</param>
/// <param name="Price">The forecast price.</param>
/// <param name="Lower">The lower bound of the interval; null without one.</param>
/// <param name="Upper">The upper bound.</param>
/// <param name="LastPrice">The newest price when the forecast was made.</param>
/// <param name="Truth">The price nearest to the target.</param>
/// <param name="TruthAt">When that price was observed.</param>
/// <param name="IsCovered">Whether the interval contains that price; null without an interval.</param>
/// <param name="PointScore">The validator's score of the price: the relative error beside the price at four decimals.</param>
/// <param name="IntervalScore">The validator's score of the interval; null without one.</param>
/// <param name="LatencyMs">How long the answer took, in milliseconds.</param>
public sealed record SlotScore(
    DateTimeOffset Target,
    string Model,
    ForecastRole Role,
    double Price,
    double? Lower,
    double? Upper,
    double LastPrice,
    double Truth,
    DateTimeOffset TruthAt,
    bool? IsCovered,
    double PointScore,
    double? IntervalScore,
    double LatencyMs
)
{
    internal static SlotScore Of(ScoredSlot slot, string model, ForecastRole role)
    {
        var forecast = slot.Forecast;
        return new(
            slot.Target,
            model,
            role,
            forecast.Price,
            forecast.Interval?.Lower,
            forecast.Interval?.Upper,
            forecast.Last,
            forecast.Truth,
            slot.TruthAt,
            forecast.Interval is null ? null : forecast.IsCovered,
            slot.PointScore,
            slot.IntervalScore,
            slot.LatencyMs
        );
    }
}

/// <summary>The JSON of the track record.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(TrackRecordAnswer))]
[JsonSerializable(typeof(TrackRecordProblem))]
public sealed partial class TrackRecordJson : JsonSerializerContext;

/// <summary>Why a query can't be answered.</summary>
/// <param name="Problems">One sentence each.</param>
public sealed record TrackRecordProblem(IReadOnlyList<string> Problems);
