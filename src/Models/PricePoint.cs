namespace Bittbridge.Models;

/// <summary>One observed price of one USDT. Always valid: both prices are finite and above zero.</summary>
public readonly record struct PricePoint
{
    /// <param name="time">When the price was observed; kept in UTC, in whole milliseconds.</param>
    /// <param name="cny">CNY per USDT, finite and above zero.</param>
    /// <param name="usd">USD per USDT, finite and above zero; null when it is not known.</param>
    /// <exception cref="ArgumentOutOfRangeException">A price is not finite or not above zero.</exception>
    public PricePoint(DateTimeOffset time, double cny, double? usd = null)
    {
        Time = DateTimeOffset.FromUnixTimeMilliseconds(time.ToUnixTimeMilliseconds());
        Cny = Checked(cny, nameof(cny));
        Usd = usd is { } known ? Checked(known, nameof(usd)) : null;
    }

    /// <summary>When the price was observed, UTC, in whole milliseconds.</summary>
    public DateTimeOffset Time { get; }

    /// <summary>CNY per USDT.</summary>
    public double Cny { get; }

    /// <summary>USD per USDT; null when it is not known.</summary>
    public double? Usd { get; }

    /// <summary>The 5-minute slot of the observation.</summary>
    public PriceSlot Slot => PriceSlot.NearestTo(Time);

    /// <summary>Whether a number can be a price: finite and above zero.</summary>
    public static bool IsPrice(double value) => double.IsFinite(value) && value > 0;

    internal static double Checked(double value, string name) =>
        IsPrice(value) ? value : throw new ArgumentOutOfRangeException(name, value, "A price must be a finite number above zero.");

    /// <summary>
    /// Which of two observations of the same slot is kept: the one nearest to the slot, with its own time; the earlier one of two equally
    /// near. An observation of the same instant is a revision: its CNY replaces the old one, and so does its USD if it has one.
    /// </summary>
    public static PricePoint Prefer(PricePoint known, PricePoint newcomer)
    {
        if (known.Time == newcomer.Time)
        {
            return newcomer.Usd is null && known.Usd is not null ? new(newcomer.Time, newcomer.Cny, known.Usd) : newcomer;
        }

        var slot = known.Slot;
        var (old, young) = (slot.DistanceMs(known.Time.ToUnixTimeMilliseconds()), slot.DistanceMs(newcomer.Time.ToUnixTimeMilliseconds()));
        return young < old || (young == old && newcomer.Time < known.Time) ? newcomer : known;
    }
}
