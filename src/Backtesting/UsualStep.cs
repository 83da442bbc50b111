namespace Bittbridge.Backtesting;

/// <summary>The time between two neighboring instants of a recording.</summary>
public static class UsualStep
{
    /// <summary>The median, which gaps do not affect; zero for fewer than two instants.</summary>
    /// <param name="times">The instants, in any order, possibly repeated.</param>
    public static TimeSpan Of(IEnumerable<DateTimeOffset> times)
    {
        ArgumentNullException.ThrowIfNull(times);
        return MedianOf(InOrder(times));
    }

    /// <summary>The times between neighboring instants, the shortest first.</summary>
    internal static TimeSpan[] InOrder(IEnumerable<DateTimeOffset> times)
    {
        DateTimeOffset[] sorted = [.. times.Distinct().Order()];
        return [.. sorted.Zip(sorted.Skip(1), (one, next) => next - one).Order()];
    }

    /// <summary>The median of <see cref="InOrder"/>; zero for none.</summary>
    internal static TimeSpan MedianOf(TimeSpan[] inOrder) => inOrder.Length == 0 ? TimeSpan.Zero : inOrder[inOrder.Length / 2];
}
