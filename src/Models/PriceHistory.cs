namespace Bittbridge.Models;

/// <summary>
/// Observed prices in ascending time, at most one for each 5-minute slot. Points may be missing, late or off the slot, so find neighbors by
/// time and never by counting rows. Immutable; a window shares the arrays of the whole history and costs nothing.
/// </summary>
public sealed class PriceHistory
{
    /// <summary>The maximum distance of a point from an instant that it represents: half a step.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(150);

    private readonly long[] _times;
    private readonly double[] _cny;
    private readonly double[] _usd;
    private readonly int _start;

    private PriceHistory(long[] times, double[] cny, double[] usd, int start, int count) =>
        (_times, _cny, _usd, _start, Count) = (times, cny, usd, start, count);

    /// <summary>A history without points.</summary>
    public static PriceHistory Empty { get; } = new([], [], [], 0, 0);

    /// <summary>The number of points.</summary>
    public int Count { get; }

    public bool IsEmpty => Count == 0;

    /// <summary>The times of the points: milliseconds since the Unix epoch, strictly ascending.</summary>
    public ReadOnlySpan<long> TimesUnixMs => _times.AsSpan(_start, Count);

    /// <summary>CNY per USDT, one value per point.</summary>
    public ReadOnlySpan<double> Prices => _cny.AsSpan(_start, Count);

    /// <summary>USD per USDT, one value per point; NaN when it is not known.</summary>
    public ReadOnlySpan<double> UsdPrices => _usd.AsSpan(_start, Count);

    /// <exception cref="ArgumentOutOfRangeException">There is no such point.</exception>
    public PricePoint this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
            var usd = _usd[_start + index];
            return new(
                DateTimeOffset.FromUnixTimeMilliseconds(_times[_start + index]),
                _cny[_start + index],
                double.IsNaN(usd) ? null : usd
            );
        }
    }

    /// <summary>The newest point; null when there is none.</summary>
    public PricePoint? Newest => IsEmpty ? null : this[Count - 1];

    /// <summary>
    /// Merges observations, in any order and possibly repeated, into one point per slot. <see cref="PricePoint.Prefer"/> decides, with a
    /// later one in the sequence as the newcomer.
    /// </summary>
    public static PriceHistory FromPoints(IEnumerable<PricePoint> points) => Empty.Merge(points);

    /// <summary>This history merged with more observations. Merging the same observations again changes nothing.</summary>
    public PriceHistory Merge(IEnumerable<PricePoint> observations)
    {
        ArgumentNullException.ThrowIfNull(observations);
        var bySlot = new SortedDictionary<PriceSlot, PricePoint>();
        foreach (var point in Points())
        {
            bySlot[point.Slot] = point;
        }

        foreach (var point in observations)
        {
            bySlot[point.Slot] = bySlot.TryGetValue(point.Slot, out var known) ? PricePoint.Prefer(known, point) : point;
        }

        var (times, cny, usd) = (new long[bySlot.Count], new double[bySlot.Count], new double[bySlot.Count]);
        var i = 0;
        foreach (var point in bySlot.Values)
        {
            (times[i], cny[i], usd[i]) = (point.Time.ToUnixTimeMilliseconds(), point.Cny, point.Usd ?? double.NaN);
            i++;
        }

        return new(times, cny, usd, 0, times.Length);
    }

    /// <summary>The index of the window's first point in the whole history.</summary>
    internal int Start => _start;

    /// <summary>Whether <paramref name="other"/> is a window of the same history that begins with all points of this one.</summary>
    internal bool Begins(PriceHistory other) => ReferenceEquals(_times, other._times) && _start == other._start && Count <= other.Count;

    /// <summary>This window extended by up to <paramref name="more"/> later points of the whole history.</summary>
    internal PriceHistory Extended(int more) => new(_times, _cny, _usd, _start, Math.Min(Count + more, _times.Length - _start));

    /// <summary>The points in ascending time.</summary>
    public IEnumerable<PricePoint> Points()
    {
        for (var i = 0; i < Count; i++)
        {
            yield return this[i];
        }
    }

    /// <summary>The newest <paramref name="count"/> points, or all when there are fewer. Nothing is copied.</summary>
    public PriceHistory TakeLast(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return count >= Count ? this : Window(Count - count, count);
    }

    /// <summary>The points at or before an instant. Nothing is copied.</summary>
    public PriceHistory Until(DateTimeOffset time) => Window(0, CountUntil(time.ToUnixTimeMilliseconds()));

    /// <summary>The points at or after an instant. Nothing is copied.</summary>
    public PriceHistory Since(DateTimeOffset time)
    {
        // Points have whole milliseconds, so an instant between two milliseconds is after the first.
        var ms = time.ToUnixTimeMilliseconds();
        var before = CountUntil(DateTimeOffset.FromUnixTimeMilliseconds(ms) < time ? ms : ms - 1);
        return Window(before, Count - before);
    }

    /// <summary>
    /// The index of the point nearest to an instant and at most <see cref="Tolerance"/> away from it, the earlier one of two equally near;
    /// -1 when there is none.
    /// </summary>
    public int IndexNear(DateTimeOffset time) => IndexNear(time.ToUnixTimeMilliseconds());

    /// <inheritdoc cref="IndexNear(DateTimeOffset)"/>
    public int IndexNear(long unixMs)
    {
        var after = CountUntil(unixMs);
        var (best, distance) = (-1, (long)Tolerance.TotalMilliseconds);
        for (var i = Math.Max(0, after - 1); i <= after && i < Count; i++)
        {
            var d = Math.Abs(TimesUnixMs[i] - unixMs);
            if (d < distance || (best < 0 && d == distance))
            {
                (best, distance) = (i, d);
            }
        }

        return best;
    }

    private PriceHistory Window(int from, int count) => count == Count ? this : new(_times, _cny, _usd, _start + from, count);

    private int CountUntil(long unixMs)
    {
        var at = TimesUnixMs.BinarySearch(unixMs);
        return at >= 0 ? at + 1 : ~at;
    }
}
