using Bittbridge.Models;
using Bittbridge.Models.Forecasting;

namespace Bittbridge.Backtesting;

/// <summary>
/// Recorded prices, and the prices that a miner would have known at each instant. Rows may be unsorted, repeated and full of gaps. Of
/// several observations of a 5-minute slot, a miner keeps the nearest one that it has seen so far.
/// </summary>
public sealed class PriceRecording
{
    /// <summary>Twice the polling interval of a miner, which excludes daily, hourly and half-hourly prices.</summary>
    private static readonly TimeSpan MaxUsualStep = 2 * PriceSlot.Step;

    private readonly Dictionary<PriceSlot, PricePoint[]> _several;

    /// <param name="observations">The prices, at least one, in any order.</param>
    /// <exception cref="BacktestException">There is no price, or prices are mostly more than ten minutes apart.</exception>
    public PriceRecording(IReadOnlyList<PricePoint> observations)
    {
        ArgumentNullException.ThrowIfNull(observations);
        Whole = PriceHistory.FromPoints(observations);
        Times = [.. observations.Select(point => point.Time).Distinct().Order()];
        if (Times.Count == 0)
        {
            throw new BacktestException("The recording has no price: give it some, five minutes apart.");
        }

        var step = UsualStep.Of(Times);
        if (step > MaxUsualStep)
        {
            throw new BacktestException(
                $"The prices are mostly {InWords(step)} apart, so they can't score forecasts, which are for one hour ahead and use "
                    + "prices five minutes apart: take a recording with such prices."
            );
        }

        _several =
            observations.Count == Whole.Count
                ? []
                : observations
                    .GroupBy(point => point.Slot)
                    .Where(slot => slot.Skip(1).Any())
                    .ToDictionary(slot => slot.Key, slot => slot.ToArray());
    }

    /// <summary>All prices.</summary>
    public PriceHistory Whole { get; }

    /// <summary>The times of the observations; a forecast is made at each.</summary>
    public IReadOnlyList<DateTimeOffset> Times { get; }

    /// <summary>The prices that a miner knows at an instant.</summary>
    public PriceHistory KnownAt(DateTimeOffset time)
    {
        var known = Whole.Until(time).TakeLast(Forecaster.MaxHistory);
        return _several.TryGetValue(PriceSlot.NearestTo(time), out var observations)
            ? known.Merge(observations.Where(point => point.Time <= time)).TakeLast(Forecaster.MaxHistory)
            : known;
    }

    /// <summary>The price an hour after an instant; null if none was observed near enough.</summary>
    public double? TruthOf(DateTimeOffset madeAt) =>
        Whole.IndexNear(madeAt + Forecast.Horizon) is >= 0 and var truth ? Whole.Prices[truth] : null;

    private static string InWords(TimeSpan step)
    {
        var (count, unit) =
            step.TotalDays >= 1 ? (step.TotalDays, "day")
            : step.TotalHours >= 1 ? (step.TotalHours, "hour")
            : (step.TotalMinutes, "minute");
        return FormattableString.Invariant($"{count:0.#} {unit}{(count == 1 ? "" : "s")}");
    }
}
