using System.Globalization;
using Bittbridge.Models;
using Bittbridge.Models.Contract;

namespace Bittbridge.Miner.Forecasting;

/// <summary>Tells nonsense from a forecast: a price so far from the last known one is a broken model, not a view of the market.</summary>
public static class ForecastGuard
{
    /// <summary>The largest distance from the last price, as a share of it.</summary>
    public const double MaxMove = ConformanceOptions.MaxMove;

    /// <summary>Why the forecast can't be used; null when it can.</summary>
    public static string? Objection(Forecast forecast, PriceHistory history)
    {
        ArgumentNullException.ThrowIfNull(forecast);
        ArgumentNullException.ThrowIfNull(history);
        if (history.Newest is not { } newest)
        {
            return null;
        }

        if (Math.Abs(forecast.Price - newest.Cny) > MaxMove * newest.Cny)
        {
            return string.Create(
                CultureInfo.InvariantCulture,
                $"a price of {forecast.Price:0.####} is too far from the last one, {newest.Cny:0.####}"
            );
        }

        return
            forecast.Interval is { } interval
            && Math.Max(newest.Cny - interval.Lower, interval.Upper - newest.Cny) > ConformanceOptions.MaxReach * newest.Cny
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"an interval from {interval.Lower:0.####} to {interval.Upper:0.####} reaches too far from the last price, "
                    + $"{newest.Cny:0.####}"
            )
            : null;
    }
}
