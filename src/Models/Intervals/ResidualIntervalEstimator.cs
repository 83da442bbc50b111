namespace Bittbridge.Models.Intervals;

/// <summary>
/// The split-conformal interval [Vovk, Gammerman and Shafer 2005]: the forecast plus and minus the ceil((n + 1) · level)-th smallest of the
/// n absolute one-hour errors in the history. The errors are the model's own when it can replay its past, otherwise the last price's.
/// </summary>
/// <param name="level">The share of hours in which the interval should contain the price, between 0 and 1.</param>
public sealed class ResidualIntervalEstimator(double level) : IIntervalEstimator
{
    /// <summary>
    /// Half a unit of the fourth decimal: the validator rounds the true price to four, so a narrower interval makes no sense.
    /// </summary>
    public const double MinHalfWidth = 0.00005;

    private const int PointsAnHour = 12;

    private static readonly long HorizonMs = (long)Forecast.Horizon.TotalMilliseconds;

    private readonly double _level = level is > 0 and < 1
        ? level
        : throw new ArgumentOutOfRangeException(nameof(level), level, "The level of an interval must be between 0 and 1.");

    public PredictionInterval? Estimate(double price, DateTimeOffset madeAt, PriceHistory history, IPredictionModel model)
    {
        ArgumentNullException.ThrowIfNull(history);
        if (history.Newest is not { } newest)
        {
            return null;
        }

        var errors = OneHourErrors(history, PastForecasts.Of(model, history));
        var halfWidth = FromErrors(errors) is { } fromErrors
            ? AreFew(errors.Count)
                ? Math.Max(fromErrors, FromSteps(history) ?? 0)
                : fromErrors
            : FromSteps(history);

        // An old price has had longer to move than the hour of the errors.
        var age = Math.Max(0, (madeAt - newest.Time).TotalHours);
        return halfWidth is { } half ? PredictionInterval.Around(price, Math.Max(half * Math.Sqrt(1 + age), MinHalfWidth)) : null;
    }

    /// <summary>
    /// |forecast - truth| of every forecast whose hour ended within the history, with a price within <see cref="PriceHistory.Tolerance"/>
    /// of its end.
    /// </summary>
    private static List<double> OneHourErrors(PriceHistory history, ReadOnlySpan<double> forecasts)
    {
        var errors = new List<double>(history.Count);
        for (var i = 0; i < history.Count; i++)
        {
            var truth = history.IndexNear(history.TimesUnixMs[i] + HorizonMs);
            if (truth > i)
            {
                errors.Add(Math.Abs(forecasts[i] - history.Prices[truth]));
            }
        }

        return errors;
    }

    /// <summary>
    /// Twelve errors made within an hour share most of it. So the errors alone are used only when they span as many hours as the level
    /// requires errors.
    /// </summary>
    private bool AreFew(int errors) => Rank(errors / PointsAnHour) > errors / PointsAnHour;

    /// <summary>ceil((n + 1) · level), tolerant of rounding errors of the product: 100 · 0.55 must be 55 and not slightly more.</summary>
    private int Rank(int errors) => (int)Math.Ceiling((errors + 1) * _level - 1e-9);

    /// <summary>Null when there are too few errors for the level: the conformal rank would exceed their number.</summary>
    private double? FromErrors(List<double> errors)
    {
        var rank = Rank(errors.Count);
        if (rank > errors.Count)
        {
            return null;
        }

        errors.Sort();
        return errors[rank - 1];
    }

    /// <summary>
    /// For a few hours of prices: the largest change between consecutive points, each scaled to one hour by the square root of time, times
    /// 1 + 1/n for the n changes that it was chosen from. It is wider than the errors would make it, because it treats the noise of a step
    /// as a drift. Points closer than a step (two slots may be observed within seconds) count as a step apart.
    /// </summary>
    private static double? FromSteps(PriceHistory history)
    {
        var largest = 0d;
        for (var i = 1; i < history.Count; i++)
        {
            var ms = Math.Max(history.TimesUnixMs[i] - history.TimesUnixMs[i - 1], HorizonMs / PointsAnHour);
            var change = Math.Abs(history.Prices[i] - history.Prices[i - 1]);
            largest = Math.Max(largest, change * Math.Sqrt(Math.Max(1, (double)HorizonMs / ms)));
        }

        return history.Count < 2 ? null : largest * (1 + 1d / (history.Count - 1));
    }
}
