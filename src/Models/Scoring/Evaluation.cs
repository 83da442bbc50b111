namespace Bittbridge.Models.Scoring;

/// <summary>
/// The quality of a range of forecasts. Figures about intervals use the forecasts that have one. A figure that is not defined is null:
/// those about intervals when no forecast has one, and a ratio when the last price was always right.
/// </summary>
/// <param name="Count">The number of forecasts.</param>
/// <param name="MeanAbsoluteError">CNY.</param>
/// <param name="MaeRatio">The mean absolute error over the last price's; below 1 is better than predicting no change.</param>
/// <param name="RmseRatio">The same ratio of the root mean squared errors.</param>
/// <param name="Coverage">The share of intervals that contain the truth.</param>
/// <param name="WorstWeek">The lowest coverage of seven consecutive UTC days; of all days when there are fewer than seven.</param>
/// <param name="WorstDay">The lowest coverage of a UTC day with at least half of its slots; of all hours when no day has half.</param>
/// <param name="MeanWidth">CNY.</param>
/// <param name="Winkler">The mean <see cref="WinklerScore"/>, CNY.</param>
/// <param name="IntervalScore">The validator's mean score of the intervals.</param>
/// <param name="IntervalScoreRounded">The same with the truth at four decimals, as the validator reads it.</param>
public sealed record Evaluation(
    int Count,
    double MeanAbsoluteError,
    double? MaeRatio,
    double? RmseRatio,
    double? Coverage,
    double? WorstWeek,
    double? WorstDay,
    double? MeanWidth,
    double? Winkler,
    double? IntervalScore,
    double? IntervalScoreRounded
)
{
    private const int DaysOfAWeek = 7;

    /// <summary>Half of the 288 five-minute slots of a day.</summary>
    private const int MinPerDay = 144;

    /// <param name="forecasts">At least one, in any order.</param>
    /// <param name="level">The intended coverage of the intervals, for the Winkler score.</param>
    /// <exception cref="ArgumentException">There is no forecast.</exception>
    public static Evaluation Of(IReadOnlyCollection<ScoredForecast> forecasts, double level = 0.9)
    {
        ArgumentNullException.ThrowIfNull(forecasts);
        if (forecasts.Count == 0)
        {
            throw new ArgumentException("There is no forecast to evaluate.", nameof(forecasts));
        }

        var intervals = forecasts.Where(f => f.Interval is not null).ToList();
        var coverage = Coverages(intervals);
        return new(
            forecasts.Count,
            forecasts.Average(f => f.Error),
            MaeRatioOf(forecasts),
            Ratio(Math.Sqrt(forecasts.Sum(f => f.Error * f.Error)), Math.Sqrt(forecasts.Sum(f => f.ErrorOfLast * f.ErrorOfLast))),
            coverage.All,
            coverage.WorstWeek,
            coverage.WorstDay,
            Mean(intervals, f => f.Interval!.Value.Width),
            Mean(intervals, f => WinklerScore(f.Truth, f.Interval!.Value, level)),
            Mean(intervals, f => ValidatorScoring.IntervalScore(f.Truth, f.Interval!.Value.Lower, f.Interval.Value.Upper)),
            Mean(intervals, f => ValidatorScoring.IntervalScore(Math.Round(f.Truth, 4), f.Interval!.Value.Lower, f.Interval.Value.Upper))
        );
    }

    /// <summary>The mean absolute error over the last price's; null where the last price was always right.</summary>
    public static double? MaeRatioOf(IEnumerable<ScoredForecast> forecasts)
    {
        ArgumentNullException.ThrowIfNull(forecasts);
        var (own, last) = (0d, 0d);
        foreach (var forecast in forecasts)
        {
            own += forecast.Error;
            last += forecast.ErrorOfLast;
        }

        return Ratio(own, last);
    }

    /// <summary>
    /// The width of an interval, plus 2 / (1 - level) times the distance by which it missed [Winkler 1972]. On average it is lowest for the
    /// interval that contains the level's share.
    /// </summary>
    public static double WinklerScore(double truth, PredictionInterval interval, double level) =>
        interval.Width + 2 / (1 - level) * (Math.Max(0, interval.Lower - truth) + Math.Max(0, truth - interval.Upper));

    private static (double? All, double? WorstWeek, double? WorstDay) Coverages(List<ScoredForecast> intervals)
    {
        if (intervals.Count == 0)
        {
            return (null, null, null);
        }

        var days = intervals
            .GroupBy(f => f.Day)
            .ToDictionary(day => day.Key, day => (Held: day.Count(f => f.IsCovered), Count: day.Count()));
        var all = intervals.Average(f => f.IsCovered ? 1d : 0d);
        var (first, last) = (days.Keys.Min(), days.Keys.Max());
        var (week, worstDay) = ((double?)null, (double?)null);
        for (var from = first; from.AddDays(DaysOfAWeek - 1) <= last; from = from.AddDays(1))
        {
            var (held, count) = (0, 0);
            for (var day = 0; day < DaysOfAWeek; day++)
            {
                var of = days.GetValueOrDefault(from.AddDays(day));
                (held, count) = (held + of.Held, count + of.Count);
            }

            week = count > 0 ? MinOf(week, (double)held / count) : week;
        }

        foreach (var (held, count) in days.Values.Where(day => day.Count >= MinPerDay))
        {
            worstDay = MinOf(worstDay, (double)held / count);
        }

        return (all, week ?? all, worstDay ?? all);
    }

    private static double MinOf(double? known, double value) => Math.Min(known ?? value, value);

    private static double? Ratio(double own, double last) => last > 0 ? own / last : null;

    private static double? Mean(List<ScoredForecast> forecasts, Func<ScoredForecast, double> value) =>
        forecasts.Count == 0 ? null : forecasts.Average(value);
}
