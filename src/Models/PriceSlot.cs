namespace Bittbridge.Models;

/// <summary>
/// A 5-minute slot in UTC (…:00, …:05, …). An observation belongs to the slot nearest to it; halfway between two, to the later one.
/// </summary>
public readonly record struct PriceSlot : IComparable<PriceSlot>
{
    /// <summary>The distance from one slot to the next.</summary>
    public static readonly TimeSpan Step = TimeSpan.FromMinutes(5);

    private const long StepMs = 300_000;

    private PriceSlot(long number) => Number = number;

    /// <summary>The number of steps since the Unix epoch.</summary>
    public long Number { get; }

    /// <summary>The time of the slot, UTC.</summary>
    public DateTimeOffset Time => DateTimeOffset.FromUnixTimeMilliseconds(Number * StepMs);

    /// <summary>The slot of an observation at <paramref name="time"/>.</summary>
    public static PriceSlot NearestTo(DateTimeOffset time) => NearestTo(time.ToUnixTimeMilliseconds());

    internal static PriceSlot NearestTo(long unixMs) => new((long)Math.Floor((unixMs + StepMs / 2) / (double)StepMs));

    internal long DistanceMs(long unixMs) => Math.Abs(unixMs - Number * StepMs);

    public int CompareTo(PriceSlot other) => Number.CompareTo(other.Number);

    public static bool operator <(PriceSlot left, PriceSlot right) => left.Number < right.Number;

    public static bool operator >(PriceSlot left, PriceSlot right) => left.Number > right.Number;

    public static bool operator <=(PriceSlot left, PriceSlot right) => left.Number <= right.Number;

    public static bool operator >=(PriceSlot left, PriceSlot right) => left.Number >= right.Number;
}
