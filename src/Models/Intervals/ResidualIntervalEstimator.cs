namespace Bittbridge.Models.Intervals;

/// <summary>
/// The split-conformal interval [Vovk, Gammerman and Shafer 2005]: the forecast plus and minus the ceil((n + 1) · level)-th smallest of the
/// n absolute one-hour errors in the history at hand. The errors are the model's own where it can replay its past, and the last price's
/// otherwise.
/// </summary>
/// <param name="level">The share of hours that the interval should hold, between 0 and 1.</param>
public sealed class ResidualIntervalEstimator(double level) : IIntervalEstimator
{
    /// <summary>Half a unit of the fourth decimal: the validator reads the true price with four, so nothing narrower is honest.</summary>
    public const double MinHalfWidth = 0.00005;

    private const int PointsAnHour = 12;

    private static readonly long HorizonMs = (long)Forecast.Horizon.TotalMilliseconds;

    private readonly double _level = level is > 0 and < 1
        ? level
        : throw new ArgumentOutOfRangeException(nameof(level), level, "The level of an interval lies between 0 and 1.");

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

        // A price that is old has had longer to move than the hour that the errors speak of.
        var age = Math.Max(0, (madeAt - newest.Time).TotalHours);
        return halfWidth is { } half ? PredictionInterval.Around(price, Math.Max(half * Math.Sqrt(1 + age), MinHalfWidth)) : null;
    }

    /// <summary>
    /// |forecast - truth| of every forecast whose hour has passed within the history, and has a price within <see
    /// cref="PriceHistory.Tolerance"/> of its end.
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
    /// Twelve errors made within an hour share most of it: as many hours as the level asks errors are needed before they are believed
    /// alone.
    /// </summary>
    private bool AreFew(int errors) => Rank(errors / PointsAnHour) > errors / PointsAnHour;

    /// <summary>ceil((n + 1) · level), forgiving the last bits of the product: 100 · 0.55 is 55 and not a little more.</summary>
    private int Rank(int errors) => (int)Math.Ceiling((errors + 1) * _level - 1e-9);

    /// <summary>Null when there are too few errors for the level: the conformal rank would lie beyond the largest.</summary>
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
    /// With few hours of prices: the largest change from one point to the next, each brought to one hour by the square root of time, and
    /// widened by 1 + 1/n for the n changes it was chosen from. Wider than the errors would make it, since it takes the noise of a step for
    /// a drift. Points closer than a step (two slots can be seen within seconds) count as a step apart.
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
