using Bittbridge.Models.Rates;

namespace Bittbridge.Backtesting;

/// <summary>Recorded bars of an offshore rate, and when each was known.</summary>
public static class RateRecording
{
    /// <summary>Longer bars would be too old at the opening: the model uses rates of at most an hour.</summary>
    private static readonly TimeSpan MaxBar = TimeSpan.FromHours(1);

    /// <summary>Of the steps that are no closed hours, how many may be longer than a bar: those before a missing one.</summary>
    private const double MaxShareOfLongSteps = 0.2;

    private static readonly TimeSpan ClosedHours = TimeSpan.FromHours(12);

    /// <summary>
    /// The rates as they became known: a bar is stamped at its start and known when it has ended. The length of a bar is the median time
    /// between two, which the closed hours of the market do not affect.
    /// </summary>
    /// <param name="bars">The start and the close of each bar, in any order, possibly repeated.</param>
    /// <exception cref="BacktestException">There are fewer than two bars, they are mostly more than an hour apart, or many of them are
    /// longer than the others, so that they would be used before they have ended.</exception>
    public static RateHistory KnownAtTheirEnd(IReadOnlyCollection<(DateTimeOffset Start, double Close)> bars)
    {
        ArgumentNullException.ThrowIfNull(bars);
        var steps = UsualStep.InOrder(bars.Select(bar => bar.Start));
        var length = UsualStep.MedianOf(steps);
        if (length == TimeSpan.Zero)
        {
            throw new BacktestException("The length of its bars is unknown, because it has fewer than two: take a longer recording.");
        }

        if (length > MaxBar)
        {
            throw new BacktestException(
                FormattableString.Invariant(
                    $"Its bars are mostly {length.TotalHours:0.#} hours apart, too far to know the rate at an opening: "
                ) + "take a recording with bars of an hour or less."
            );
        }

        var open = steps.Count(step => step < ClosedHours);
        var longer = steps.Count(step => step > length && step < ClosedHours);
        return longer <= MaxShareOfLongSteps * open
            ? RateHistory.FromPoints(bars.Select(bar => new RatePoint(bar.Start + length, bar.Close)))
            : throw new BacktestException(
                FormattableString.Invariant(
                    $"Its bars are mostly {length.TotalMinutes:0.#} minutes apart, but {longer} of {open} are further apart, so "
                ) + "when they ended is not known: take a recording with bars of one length."
            );
    }
}
