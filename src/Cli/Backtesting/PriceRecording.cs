using Bittbridge.Miner;
using Bittbridge.Models;

namespace Bittbridge.Cli.Backtesting;

/// <summary>
/// Prices of the past, and at each instant what a miner would have known then. Rows may be unsorted, repeated and full of gaps; of several observations of one 5-minute mark the
/// miner keeps the one nearest to it, but only once it is there.
/// </summary>
internal sealed class PriceRecording
{
    private readonly Dictionary<PriceMark, PricePoint[]> _several;

    public PriceRecording(IReadOnlyList<PricePoint> observations)
    {
        Whole = PriceHistory.FromPoints(observations);
        Times = [.. observations.Select(point => point.Time).Distinct().Order()];
        _several = observations.Count == Whole.Count ? [] : observations.GroupBy(point => point.Mark).Where(mark => mark.Skip(1).Any()).ToDictionary(mark => mark.Key, mark => mark.ToArray());
    }

    /// <summary>Everything, as it is known in the end.</summary>
    public PriceHistory Whole { get; }

    /// <summary>When a price was observed: a forecast is made at each of these.</summary>
    public IReadOnlyList<DateTimeOffset> Times { get; }

    /// <exception cref="UsageException">The file can't be read or a line of it is wrong.</exception>
    public static PriceRecording Read(FileInfo file) => new(PriceCsv.Read(file.FullName, out var problem) ?? throw new UsageException(problem!));

    /// <summary>The prices that a miner has at hand at an instant.</summary>
    public PriceHistory KnownAt(DateTimeOffset time)
    {
        var known = Whole.Until(time).TakeLast(PriceSnapshot.Capacity);
        return _several.TryGetValue(PriceMark.NearestTo(time), out var observations)
            ? known.Merge(observations.Where(point => point.Time <= time)).TakeLast(PriceSnapshot.Capacity)
            : known;
    }

    /// <summary>The price an hour after an instant; null where none was observed near enough.</summary>
    public double? TruthOf(DateTimeOffset madeAt) => Whole.IndexNear(madeAt + Forecast.Horizon) is >= 0 and var truth ? Whole.Prices[truth] : null;
}
