using Bittbridge.Miner.Prices.Source;
using Bittbridge.Models;

namespace Bittbridge.Cli.Prices;

/// <summary>
/// Simulated prices with the gaps of the real ones: of 10,169 steps in a recorded month, 136 were ten minutes and 11 longer.
/// </summary>
internal static class PriceSample
{
    private const double MissingShare = 136.0 / 10_169;
    private const double GapShare = 11.0 / 10_169;
    private const int MaxGap = 9;

    /// <param name="end">When the prices end, exclusive.</param>
    /// <param name="days">How many days they have.</param>
    /// <param name="seed">Determines them, with the end.</param>
    public static IReadOnlyList<PricePoint> Of(DateTimeOffset end, int days, int seed)
    {
        var count = days * (int)(TimeSpan.FromDays(1) / PriceSlot.Step);
        var source = new SimulatedSource(TimeProvider.System, seed);
        // Not for a secret, and the same numbers in every process.
#pragma warning disable CA5394
        var random = new Random(seed);
        var points = new List<PricePoint>(count);
        var left = 0;
        foreach (var price in source.Until(end - PriceSlot.Step, count))
        {
            var draw = random.NextDouble();
            left =
                left > 0 ? left - 1
                : draw < GapShare ? random.Next(2, MaxGap + 1)
                : draw < GapShare + MissingShare ? 1
                : 0;
            if (left == 0)
            {
                points.Add(new(price.Time, Math.Round(price.Cny!.Value, 9)));
            }
        }
#pragma warning restore CA5394
        return points;
    }
}
