namespace Bittbridge.Models;

/// <summary>Where the price is expected to be, in CNY per USDT. Both bounds are finite, and the lower one never exceeds the upper one (they may be equal).</summary>
public readonly record struct PredictionInterval
{
    /// <exception cref="ArgumentOutOfRangeException">A bound is not finite, or the interval is upside down.</exception>
    public PredictionInterval(double lower, double upper)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(double.IsFinite(lower), true, nameof(lower));
        ArgumentOutOfRangeException.ThrowIfNotEqual(double.IsFinite(upper), true, nameof(upper));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(lower, upper);
        (Lower, Upper) = (lower, upper);
    }

    public double Lower { get; }

    public double Upper { get; }

    public double Width => Upper - Lower;

    /// <summary>Whether a price lies in the interval, bounds included, as the validator counts it.</summary>
    public bool Contains(double price) => Lower <= price && price <= Upper;

    /// <summary>The interval of the same half width on both sides of a price.</summary>
    public static PredictionInterval Around(double price, double halfWidth) => new(price - halfWidth, price + halfWidth);
}
