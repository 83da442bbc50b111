namespace Bittbridge.Models.Intervals;

/// <summary>
/// Iterates over the hours of a history in the order in which they end: at each point it returns the hours that have ended by then, each
/// with the point nearest to its end. The first point at or after the end settles it, since no later one can be nearer, so no value is used
/// before it is known.
/// </summary>
/// <param name="times">Ascending, in milliseconds.</param>
internal ref struct MaturedForecasts(ReadOnlySpan<long> times)
{
    private static readonly long HorizonMs = (long)Forecast.Horizon.TotalMilliseconds;
    private static readonly long ToleranceMs = (long)PriceHistory.Tolerance.TotalMilliseconds;

    private readonly ReadOnlySpan<long> _times = times;
    private int _origin;
    private int _after;

    /// <summary>The next hour that has ended by point <paramref name="now"/>.</summary>
    /// <param name="now">The index of a point; never less than in the previous call.</param>
    /// <param name="origin">The point at which the hour began.</param>
    /// <param name="truth">The point nearest to its end, the earlier one of two equally near; -1 when none is near enough.</param>
    /// <returns>False when no other hour has ended.</returns>
    public bool TryNext(int now, out int origin, out int truth)
    {
        (origin, truth) = (_origin, -1);
        var end = _times[origin] + HorizonMs;
        if (end > _times[now])
        {
            return false;
        }

        while (_times[_after] < end)
        {
            _after++;
        }

        var (late, early) = (_times[_after] - end, end - _times[_after - 1]);
        if (Math.Min(late, early) <= ToleranceMs)
        {
            truth = late < early ? _after : _after - 1;
        }

        _origin++;
        return true;
    }
}
