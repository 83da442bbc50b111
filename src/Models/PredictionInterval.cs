namespace Bittbridge.Models;

/// <summary>
/// The range that should contain the price, in CNY per USDT. Both bounds are finite, and the lower one never exceeds the upper one (they
/// may be equal).
/// </summary>
public readonly record struct PredictionInterval
{
    /// <exception cref="ArgumentOutOfRangeException">A bound is not finite, or the lower one exceeds the upper one.</exception>
    public PredictionInterval(double lower, double upper)
    {
        (Lower, Upper) = (Finite(lower, nameof(lower)), Finite(upper, nameof(upper)));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(lower, upper);
    }

    public double Lower { get; }

    public double Upper { get; }

    public double Width => Upper - Lower;

    /// <summary>Whether a price is in the interval, bounds included, as the validator counts it.</summary>
    public bool Contains(double price) => Lower <= price && price <= Upper;

    /// <summary>The symmetric interval around a price.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The half width is negative, or a bound is not finite.</exception>
    public static PredictionInterval Around(double price, double halfWidth) => new(price - halfWidth, price + halfWidth);

    private static double Finite(double bound, string name) =>
        double.IsFinite(bound) ? bound : throw new ArgumentOutOfRangeException(name, bound, "A bound of an interval is a finite number.");
}
