using System.Globalization;

namespace Bittbridge.Models.Forecasting;

/// <summary>
/// Rejects implausible forecasts: one rule for live answers, backtests, the conformance suite and ONNX models. A price or a bound far from
/// the last price comes from a broken model and not from the market.
/// </summary>
public static class Plausibility
{
    /// <summary>
    /// The largest distance of a forecast from the last price, as a share of it. The largest one-hour change in a recorded month was 0.3 %.
    /// </summary>
    public const double MaxMove = 0.05;

    /// <summary>The largest distance of an interval's bound from the last price, as a share of it.</summary>
    public const double MaxReach = 0.2;

    /// <param name="price">The forecast, CNY per USDT.</param>
    /// <param name="last">The last price, CNY per USDT.</param>
    public static bool IsPlausible(double price, double last) => Math.Abs(price - last) <= MaxMove * last;

    /// <param name="interval">The interval, CNY per USDT.</param>
    /// <param name="last">The last price, CNY per USDT.</param>
    public static bool IsPlausible(PredictionInterval interval, double last) =>
        Math.Max(last - interval.Lower, interval.Upper - last) <= MaxReach * last;

    /// <summary>Why the forecast can't be used; null when it can, or when there is no price to compare it with.</summary>
    public static string? Objection(Forecast forecast, PriceHistory history)
    {
        ArgumentNullException.ThrowIfNull(forecast);
        ArgumentNullException.ThrowIfNull(history);
        return history.Newest is not { Cny: var last } ? null
            : !IsPlausible(forecast.Price, last)
                ? string.Create(
                    CultureInfo.InvariantCulture,
                    $"a price of {forecast.Price:0.####} is too far from the last one, {last:0.####}"
                )
            : forecast.Interval is { } interval && !IsPlausible(interval, last)
                ? string.Create(
                    CultureInfo.InvariantCulture,
                    $"an interval from {interval.Lower:0.####} to {interval.Upper:0.####} reaches too far from the last price, "
                        + $"{last:0.####}"
                )
            : null;
    }
}
