using Bittbridge.Models;

namespace Bittbridge.Miner.Prices.Validation;

/// <summary>
/// Prices that do not change at all again and again. CoinGecko's carry nine digits: in three recorded weeks, weekends included, no more
/// than two in a row were equal to seven digits. A run is a source that stands still with fresh times, and says nothing about how little
/// the price moves.
/// </summary>
internal static class StuckPrices
{
    /// <summary>A run that spans so much, four polls, is a stuck price.</summary>
    public static readonly TimeSpan MinSpan = TimeSpan.FromMinutes(14);

    private const int MinCount = 3;

    /// <summary>Prices nearer to each other than this share are equal: a difference far below the four decimals that are scored.</summary>
    private const double MaxDifference = 1e-7;

    /// <summary>Since when the newest price has not changed; null while it changes.</summary>
    public static DateTimeOffset? Since(PriceHistory history)
    {
        var first = FirstOfRun(history.Prices, history.Count - 1);
        return IsStuck(history, first, history.Count - 1) ? history[first].Time : null;
    }

    /// <summary>The history with the ends of each such run alone, so that no interval is narrowed by it.</summary>
    public static PriceHistory Collapse(PriceHistory history)
    {
        List<PricePoint>? kept = null;
        for (var last = history.Count - 1; last >= 0; )
        {
            var first = FirstOfRun(history.Prices, last);
            if (IsStuck(history, first, last))
            {
                // Copied only where there is something to leave out.
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
