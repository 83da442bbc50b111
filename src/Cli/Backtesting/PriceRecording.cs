using Bittbridge.Miner.Prices;
using Bittbridge.Miner.Prices.Source;
using Bittbridge.Models;

namespace Bittbridge.Cli.Backtesting;

/// <summary>
/// Prices of the past, and at each instant what a miner would have known then. Rows may be unsorted, repeated and full of gaps; of several
/// observations of one 5-minute slot the miner keeps the one nearest to it, but only once it is there.
/// </summary>
internal sealed class PriceRecording
{
    /// <summary>Twice the five minutes at which a miner polls; daily, hourly and half-hourly prices are beyond it.</summary>
    private static readonly TimeSpan MaxUsualStep = 2 * PriceSlot.Step;

    private readonly Dictionary<PriceSlot, PricePoint[]> _several;

    public PriceRecording(IReadOnlyList<PricePoint> observations)
    {
        Whole = PriceHistory.FromPoints(observations);
        Times = [.. observations.Select(point => point.Time).Distinct().Order()];
        _several =
            observations.Count == Whole.Count
                ? []
                : observations
                    .GroupBy(point => point.Slot)
                    .Where(slot => slot.Skip(1).Any())
                    .ToDictionary(slot => slot.Key, slot => slot.ToArray());
    }

    /// <summary>Everything, as it is known in the end.</summary>
    public PriceHistory Whole { get; }

    /// <summary>When a price was observed: a forecast is made at each of these.</summary>
    public IReadOnlyList<DateTimeOffset> Times { get; }

    /// <exception cref="UsageException">The file can't be read, a line of it is wrong, or its prices are too far apart.</exception>
    public static PriceRecording Read(FileInfo file)
    {
        var recording = new PriceRecording(PriceCsv.Read(file.FullName, out var problem) ?? throw new UsageException(problem!));
        return recording.UsualStep is { } step && step > MaxUsualStep
            ? throw new UsageException(
                $"The prices of {file.FullName} are mostly {InWords(step)} apart, so no forecast can be judged by them: it is for one "
                    + "hour ahead and is made from prices five minutes apart. Name a file with such prices."
            )
            : recording;
    }

    /// <summary>The median time from one price to the next, which gaps don't move; null with a single price.</summary>
    private TimeSpan? UsualStep
    {
        get
        {
            var steps = Times.Zip(Times.Skip(1), (one, next) => next - one).Order().ToList();
            return steps.Count == 0 ? null : steps[steps.Count / 2];
        }
    }

    /// <summary>The prices that a miner has at hand at an instant.</summary>
    public PriceHistory KnownAt(DateTimeOffset time)
    {
        var known = Whole.Until(time).TakeLast(PriceSnapshot.Capacity);
        return _several.TryGetValue(PriceSlot.NearestTo(time), out var observations)
            ? known.Merge(observations.Where(point => point.Time <= time)).TakeLast(PriceSnapshot.Capacity)
            : known;
    }

    /// <summary>The price an hour after an instant; null where none was observed near enough.</summary>
    public double? TruthOf(DateTimeOffset madeAt) =>
        Whole.IndexNear(madeAt + Forecast.Horizon) is >= 0 and var truth ? Whole.Prices[truth] : null;

    private static string InWords(TimeSpan step)
    {
        var (count, unit) =
            step.TotalDays >= 1 ? (step.TotalDays, "day")
            : step.TotalHours >= 1 ? (step.TotalHours, "hour")
            : (step.TotalMinutes, "minute");
        return $"{count:0.#} {unit}{(count == 1 ? "" : "s")}";
    }
}
