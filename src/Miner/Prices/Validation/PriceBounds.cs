using Bittbridge.Models;

namespace Bittbridge.Miner.Prices.Validation;

/// <summary>The bounds of every price, from CoinGecko, a recording, or the miner's own storage.</summary>
public static class PriceBounds
{
    /// <summary>USDT has been traded since then; an earlier time is damage.</summary>
    public static readonly DateTimeOffset Earliest = new(2014, 10, 6, 0, 0, 0, TimeSpan.Zero);

    /// <summary>A later time is damage, even for a clock that is ahead. Sums with an earlier one stay within the calendar.</summary>
    public static readonly DateTimeOffset Latest = new(9000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Wider than <see cref="PriceCheck.FarthestMove"/>, because the median itself moves within the days of a snapshot.</summary>
    private const double MaxSpread = 0.15;

    /// <summary>The last millisecond of the year 9999, the last that .NET can hold.</summary>
    private const long MaxUnixMilliseconds = 253_402_300_799_999;

    public static bool IsCny(double? cny) => cny is >= PriceCheck.MinCny and <= PriceCheck.MaxCny;

    public static bool IsUsd(double? usd) => usd is >= PriceCheck.MinUsd and <= PriceCheck.MaxUsd;

    /// <summary>Whether a number can be CNH per USD: it stays within a few percent of the onshore rate.</summary>
    public static bool IsRate(double rate) => IsCny(rate);

    /// <summary>Whether a time is possible for a price.</summary>
    public static bool IsPast(DateTimeOffset time, DateTimeOffset now) => time >= Earliest && time <= now + PriceCheck.Ahead;

    /// <summary>Whether a stored time is possible at all, on whatever clock.</summary>
    public static bool IsPossible(DateTimeOffset time) => time >= Earliest && time <= Latest;

    /// <summary>The instant of Unix milliseconds that were stored; null for a number that is none.</summary>
    public static DateTimeOffset? Instant(long unixMilliseconds) =>
        unixMilliseconds is >= 0 and <= MaxUnixMilliseconds ? DateTimeOffset.FromUnixTimeMilliseconds(unixMilliseconds) : null;

    /// <summary>
    /// Removes points that can't have been accepted together with the others: no price farther than 10 % from the median of its two days is
    /// accepted.
    /// </summary>
    public static PriceHistory WithoutOutliers(PriceHistory history)
    {
        if (history.Count < PriceCheck.FewPrices)
        {
            return history;
        }

        var median = history.Points().Select(point => point.Cny).Order().ElementAt(history.Count / 2);
        return history.Points().All(IsNear) ? history : PriceHistory.FromPoints(history.Points().Where(IsNear));

        bool IsNear(PricePoint point) => PriceCheck.Change(point.Cny, median) <= MaxSpread;
    }

    /// <summary>The point, without an impossible USD price; null when its time or its CNY price is impossible.</summary>
    public static PricePoint? Point(DateTimeOffset time, double cny, double? usd, DateTimeOffset now) =>
        IsCny(cny) && IsPast(time, now) ? new PricePoint(time, cny, IsUsd(usd) ? usd : null) : null;
}
