namespace Bittbridge.Backtesting;

/// <summary>The time between two neighboring instants of a recording.</summary>
public static class UsualStep
{
    /// <summary>The median, which gaps do not affect; zero for fewer than two instants.</summary>
    /// <param name="times">The instants, in any order, possibly repeated.</param>
    public static TimeSpan Of(IEnumerable<DateTimeOffset> times)
    {
        ArgumentNullException.ThrowIfNull(times);
        DateTimeOffset[] sorted = [.. times.Distinct().Order()];
        TimeSpan[] steps = [.. sorted.Zip(sorted.Skip(1), (one, next) => next - one).Order()];
        return steps.Length == 0 ? TimeSpan.Zero : steps[steps.Length / 2];
    }
}
