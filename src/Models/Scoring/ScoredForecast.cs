namespace Bittbridge.Models.Scoring;

/// <summary>A forecast whose hour has passed.</summary>
/// <param name="MadeAt">When it was made.</param>
/// <param name="Price">The forecast price, CNY per USDT.</param>
/// <param name="Interval">Its interval; null for none.</param>
/// <param name="Last">The last price when it was made, the baseline.</param>
/// <param name="Truth">The price an hour later.</param>
public readonly record struct ScoredForecast(DateTimeOffset MadeAt, double Price, PredictionInterval? Interval, double Last, double Truth)
{
    /// <summary>|price - truth|.</summary>
    public double Error => Math.Abs(Price - Truth);

    /// <summary>|last price - truth|: the error of predicting no change.</summary>
    public double ErrorOfLast => Math.Abs(Last - Truth);

    /// <summary>Whether the interval contains the truth; false without an interval.</summary>
    public bool IsCovered => Interval?.Contains(Truth) ?? false;

    /// <summary>The UTC day in which it was made.</summary>
    public DateOnly Day => DateOnly.FromDateTime(MadeAt.UtcDateTime);
}
