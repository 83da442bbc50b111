namespace Bittbridge.Models.Rates;

/// <summary>An offshore exchange rate.</summary>
public readonly record struct RatePoint
{
    /// <param name="knownAt">When the rate was known: for a bar, its end. Kept in UTC, in whole milliseconds.</param>
    /// <param name="rate">CNH per USD, finite and above zero.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate is not finite or not above zero.</exception>
    public RatePoint(DateTimeOffset knownAt, double rate)
    {
        KnownAt = DateTimeOffset.FromUnixTimeMilliseconds(knownAt.ToUnixTimeMilliseconds());
        Rate = PricePoint.Checked(rate, nameof(rate));
    }

    /// <summary>When the rate was known, UTC, in whole milliseconds.</summary>
    public DateTimeOffset KnownAt { get; }

    /// <summary>CNH per USD.</summary>
    public double Rate { get; }
}
