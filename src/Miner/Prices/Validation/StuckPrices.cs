using Bittbridge.Models;

namespace Bittbridge.Miner.Prices.Validation;

/// <summary>
/// Detects prices that do not change in many consecutive polls. CoinGecko's prices have nine digits: in three recorded weeks, weekends
/// included, at most two consecutive ones were equal to seven digits. A run of equal prices comes from a source that is stuck with fresh
/// times, and says nothing about the volatility of the price.
/// </summary>
internal static class StuckPrices
{
    /// <summary>The minimum length of a run that counts as stuck: four polls.</summary>
    public static readonly TimeSpan MinSpan = TimeSpan.FromMinutes(14);

    private const int MinCount = 3;

    /// <summary>Prices count as equal below this relative difference, far below the four decimals that are scored.</summary>
    private const double MaxDifference = 1e-7;

    /// <summary>Since when the newest price has not changed; null while it changes.</summary>
    public static DateTimeOffset? Since(PriceHistory history)
    {
        var first = FirstOfRun(history.Prices, history.Count - 1);
        return IsStuck(history, first, history.Count - 1) ? history[first].Time : null;
    }

    /// <summary>The history with only the two ends of each such run, so that a run narrows no interval.</summary>
    public static PriceHistory Collapse(PriceHistory history)
    {
        List<PricePoint>? kept = null;
        for (var last = history.Count - 1; last >= 0; )
        {
            var first = FirstOfRun(history.Prices, last);
            if (IsStuck(history, first, last))
            {
                // Copied only when there are points to leave out.
                kept ??= [.. Enumerable.Range(last + 1, history.Count - last - 1).Select(i => history[i])];
                kept.Add(history[last]);
                kept.Add(history[first]);
            }
            else
            {
                kept?.AddRange(Enumerable.Range(first, last - first + 1).Select(i => history[i]));
            }

            last = first - 1;
        }

        return kept is null ? history : PriceHistory.FromPoints(kept);
    }

    private static int FirstOfRun(ReadOnlySpan<double> prices, int last)
    {
        var first = Math.Max(last, 0);
        while (first > 0 && Math.Abs(prices[first - 1] - prices[last]) <= MaxDifference * prices[last])
        {
            first--;
        }

        return first;
    }

    private static bool IsStuck(PriceHistory history, int first, int last) =>
        last - first + 1 >= MinCount && history[last].Time - history[first].Time >= MinSpan;
}
