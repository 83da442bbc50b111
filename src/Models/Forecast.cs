namespace Bittbridge.Models;

/// <summary>
/// A price one hour ahead in CNY per USDT, finite and above zero, and optionally an interval that should contain it.
/// </summary>
public sealed record Forecast
{
    /// <summary>How far ahead a forecast looks.</summary>
    public static readonly TimeSpan Horizon = TimeSpan.FromHours(1);

    /// <exception cref="ArgumentOutOfRangeException">The price is not finite or not above zero.</exception>
    public Forecast(double price, PredictionInterval? interval = null)
    {
        Price = PricePoint.Checked(price, nameof(price));
        Interval = interval;
    }

    /// <summary>CNY per USDT.</summary>
    public double Price { get; }

    /// <summary>Null when the model returns none; the calibrated one is then used.</summary>
    public PredictionInterval? Interval { get; }
}
