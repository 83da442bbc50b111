namespace Bittbridge.Models.Rates;

/// <summary>
/// Offshore rates in the order in which they became known. Immutable. A model asks for the rate at an instant and gets the newest one that
/// was known then, so a history that goes further never changes an earlier forecast.
/// </summary>
public sealed class RateHistory
{
    private readonly long[] _times;
    private readonly double[] _rates;

    private RateHistory(long[] times, double[] rates) => (_times, _rates) = (times, rates);

    /// <summary>A history without rates.</summary>
    public static RateHistory Empty { get; } = new([], []);

    /// <summary>The number of rates.</summary>
    public int Count => _times.Length;

    /// <summary>The rates in the order in which they became known.</summary>
    public IEnumerable<RatePoint> Points =>
        _times.Select((time, i) => new RatePoint(DateTimeOffset.FromUnixTimeMilliseconds(time), _rates[i]));

    /// <param name="points">The rates in any order. Of several that became known at the same instant, the last one counts.</param>
    public static RateHistory FromPoints(IEnumerable<RatePoint> points)
    {
        ArgumentNullException.ThrowIfNull(points);
        var byTime = new SortedDictionary<long, double>();
        foreach (var point in points)
        {
            byTime[point.KnownAt.ToUnixTimeMilliseconds()] = point.Rate;
        }

        return byTime.Count == 0 ? Empty : new([.. byTime.Keys], [.. byTime.Values]);
    }

    /// <summary>
    /// The newest rate that was known at an instant; null if there is none that became known within <paramref name="maxAge"/>.
    /// </summary>
    public double? At(DateTimeOffset time, TimeSpan maxAge) => At(time.ToUnixTimeMilliseconds(), (long)maxAge.TotalMilliseconds);

    internal double? At(long unixMs, long maxAgeMs) =>
        IndexAt(unixMs) is >= 0 and var newest && unixMs - _times[newest] <= maxAgeMs ? _rates[newest] : null;

    /// <summary>Since when the newest rate of an instant was known, Unix milliseconds; null if there is none.</summary>
    internal long? KnownSince(long unixMs) => IndexAt(unixMs) is >= 0 and var newest ? _times[newest] : null;

    /// <summary>The newest rate that was known at an instant; -1 for none.</summary>
    private int IndexAt(long unixMs)
    {
        var at = _times.AsSpan().BinarySearch(unixMs);
        return at >= 0 ? at : ~at - 1;
    }
}
