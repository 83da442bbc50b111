using System.Buffers;

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
    private static readonly long ToleranceMs = (long)PriceHistory.Tolerance.TotalMilliseconds;

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

        var pooled = ArrayPool<double>.Shared.Rent(2 * history.Count);
        var (forecasts, errors) = (pooled.AsMemory(0, history.Count), pooled.AsMemory(history.Count));
        PastForecasts.Fill(model, history, forecasts.Span);
        var count = OneHourErrors(history, forecasts.Span, errors.Span);
        var halfWidth = FromErrors(errors.Span[..count]) is { } fromErrors
            ? AreFew(count)
                ? Math.Max(fromErrors, FromSteps(history) ?? 0)
                : fromErrors
            : FromSteps(history);
        ArrayPool<double>.Shared.Return(pooled);

        // An old price has had longer to move than the hour of the errors.
        var age = Math.Max(0, (madeAt - newest.Time).TotalHours);
        return halfWidth is { } half ? PredictionInterval.Around(price, Math.Max(half * Math.Sqrt(1 + age), MinHalfWidth)) : null;
    }

    /// <summary>
    /// |forecast - truth| of every forecast whose hour ended within the history, with a price within <see cref="PriceHistory.Tolerance"/>
    /// of its end.
    /// </summary>
    /// <returns>The number of errors.</returns>
    private static int OneHourErrors(PriceHistory history, ReadOnlySpan<double> forecasts, Span<double> errors)
    {
        var (count, after) = (0, 1);
        var times = history.TimesUnixMs;
        var prices = history.Prices;
        for (var i = 0; i < times.Length; i++)
        {
            // The ends of the hours ascend, so the first point after each is never before the last one's.
            var end = times[i] + HorizonMs;
            while (after < times.Length && times[after] <= end)
            {
                after++;
            }

            var (early, late) = (end - times[after - 1], after < times.Length ? times[after] - end : long.MaxValue);
            var truth = late < early ? after : after - 1;
            if (truth > i && Math.Min(early, late) <= ToleranceMs)
            {
                errors[count++] = Math.Abs(forecasts[i] - prices[truth]);
            }
        }

        return count;
    }

    /// <summary>
    /// Twelve errors made within an hour share most of it. So the errors alone are used only when they span as many hours as the level
    /// requires errors.
    /// </summary>
    private bool AreFew(int errors) => Rank(errors / PointsAnHour) > errors / PointsAnHour;

    /// <summary>ceil((n + 1) · level), tolerant of rounding errors of the product: 100 · 0.55 must be 55 and not slightly more.</summary>
    private int Rank(int errors) => (int)Math.Ceiling((errors + 1) * _level - 1e-9);

    /// <summary>Null when there are too few errors for the level: the conformal rank would exceed their number.</summary>
    private double? FromErrors(Span<double> errors)
    {
        var rank = Rank(errors.Length);
        if (rank > errors.Length)
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
