using System.Globalization;
using Bittbridge.Models;

namespace Bittbridge.Miner;

/// <summary>
/// Decides which of a source's prices are believed. A price must be a number inside sane bounds and not from the future. One that jumps is held back until a
/// later one agrees with it: a broken quote is gone at the second look, a real move is still there.
/// </summary>
public static class PriceCheck
{
    /// <summary>CNY per USDT outside these is a broken quote; in its history the price was between 6 and 8.</summary>
    public const double LowestCny = 5;

    /// <inheritdoc cref="LowestCny"/>
    public const double HighestCny = 10;

    /// <summary>USD per USDT outside these is dropped, and the CNY price kept.</summary>
    public const double LowestUsd = 0.8;

    /// <inheritdoc cref="LowestUsd"/>
    public const double HighestUsd = 1.2;

    /// <summary>A larger step from the price before, as a share of it, is a jump. The largest one-hour change in a recorded month was 0.3 %.</summary>
    public const double Jump = 0.03;

    /// <summary>How near a second look must be to the price that was held back.</summary>
    public const double Agreement = 0.01;

    /// <summary>How far a source's clock may be ahead.</summary>
    public static readonly TimeSpan Ahead = TimeSpan.FromMinutes(2);

    /// <param name="quotes">In any order, repeated or not.</param>
    /// <param name="known">What is believed so far.</param>
    /// <param name="heldBack">A price that an earlier check held back; null for none.</param>
    /// <param name="now">The miner's clock.</param>
    public static CheckedPrices Check(IReadOnlyList<QuotedPrice> quotes, PriceHistory known, PricePoint? heldBack, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(quotes);
        ArgumentNullException.ThrowIfNull(known);
        var objections = new List<string>();
        var sane = Sane(quotes, now, objections);
        var accepted = new List<PricePoint>(sane.Count);
        var unknownPast = known.IsEmpty ? Median(sane) : null;
        foreach (var point in sane)
        {
            var before = Before(point, known, accepted) ?? unknownPast;
            if (before is null || Near(point.Cny, before.Value, Jump))
            {
                accepted.Add(point);
                // The price is where it was: what had jumped before it was a broken quote.
                heldBack = heldBack?.Time <= point.Time ? null : heldBack;
            }
            else if (heldBack is { } held && held.Time < point.Time && Near(point.Cny, held.Cny, Agreement))
            {
                accepted.Add(held);
                accepted.Add(point);
                heldBack = null;
            }
            else if (heldBack is null || heldBack.Value.Time < point.Time)
            {
                objections.Add(string.Create(CultureInfo.InvariantCulture, $"{point.Cny} at {point.Time:O} is a jump from {before}: held back for a second look"));
                heldBack = point;
            }
        }

        return new(accepted, heldBack, objections);
    }

    private static List<PricePoint> Sane(IReadOnlyList<QuotedPrice> quotes, DateTimeOffset now, List<string> objections)
    {
        var byTime = new SortedDictionary<DateTimeOffset, PricePoint>();
        foreach (var quote in quotes)
        {
            if (Objection(quote, now) is { } objection)
            {
                objections.Add(string.Create(CultureInfo.InvariantCulture, $"{quote.Cny?.ToString(CultureInfo.InvariantCulture) ?? "null"} at {quote.Time:O}: {objection}"));
                continue;
            }

            var usd = quote.Usd is >= LowestUsd and <= HighestUsd ? quote.Usd : null;
            byTime[quote.Time] = new(quote.Time, quote.Cny!.Value, usd);
        }

        return [.. byTime.Values];
    }

    private static string? Objection(QuotedPrice quote, DateTimeOffset now) => quote switch
    {
        { Cny: null } => "no price",
        { Cny: not (>= LowestCny and <= HighestCny) } => "not a possible price",
        _ when quote.Time > now + Ahead => "from the future",
        _ => null,
    };

    /// <summary>The believed price just before a point, from what was known or from what has just been accepted.</summary>
    private static double? Before(PricePoint point, PriceHistory known, List<PricePoint> accepted)
    {
        var old = known.Until(point.Time).Newest;
        var young = accepted.Count == 0 ? (PricePoint?)null : accepted[^1];
        return (old, young) switch
        {
            (null, null) => null,
            ({ } o, null) => o.Cny,
            (null, { } y) => y.Cny,
            ({ } o, { } y) => o.Time > y.Time ? o.Cny : y.Cny,
        };
    }

    /// <summary>With nothing known, the middle of several prices tells the odd one; a single one has to be believed.</summary>
    private static double? Median(List<PricePoint> points) =>
        points.Count < 3 ? null : points.Select(point => point.Cny).Order().ElementAt(points.Count / 2);

    private static bool Near(double price, double other, double share) => Math.Abs(price - other) <= share * other;
}
