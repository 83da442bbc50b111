using Bittbridge.Miner.Prices.Source;
using Bittbridge.Models;

namespace Bittbridge.Miner.Prices.Validation;

/// <summary>
/// Decides which of a source's prices are accepted. A price must be a number inside fixed bounds and not from the future. It must also stay
/// within <see cref="OrdinaryBounds"/> of the prices accepted before it; otherwise it is held back until enough later prices and the
/// source's chart agree with it. The larger the move, the more polls ("observations") must show it. Once <see cref="FewPrices"/> prices are
/// accepted, a price too far from their two-day median is never accepted.
/// </summary>
public static class PriceCheck
{
    /// <summary>A price in CNY per USDT outside these bounds is a broken quote; historically the price was between 6 and 8.</summary>
    public const double MinCny = 5;

    /// <inheritdoc cref="MinCny"/>
    public const double MaxCny = 10;

    /// <summary>A price in USD per USDT outside these bounds is dropped; the CNY price is kept.</summary>
    public const double MinUsd = 0.8;

    /// <inheritdoc cref="MinUsd"/>
    public const double MaxUsd = 1.2;

    /// <summary>
    /// As a share of the price: a move needs two observations (polls that show it), and one more for every move of this size.
    /// </summary>
    public const double MovePerObservation = 0.005;

    /// <summary>A move farther than this from the two-day median needs <see cref="ObservationsAtFarMove"/> observations.</summary>
    public const double FarMove = 0.05;

    /// <summary>Twelve hours of polls.</summary>
    public const int ObservationsAtFarMove = 144;

    /// <summary>A price farther than this from the two-day median is never accepted.</summary>
    public const double FarthestMove = 0.10;

    /// <summary>How near the chart must be to the held prices, as a share of the price.</summary>
    public const double Agreement = 0.005;

    /// <summary>
    /// One hour of prices. With fewer, the accepted prices themselves may be wrong, so three observations are enough for another price.
    /// </summary>
    public const int FewPrices = 12;

    /// <summary>
    /// How many prices of one answer are checked, the newest ones. CoinGecko's chart has 288 a day; 2 MB have room for 100,000, and each is
    /// compared with all others of two days, which would take minutes.
    /// </summary>
    public const int MaxPrices = 2000;

    private const int MaxObservationsAtFewPrices = 3;

    /// <summary>How far a source's clock may be ahead.</summary>
    public static readonly TimeSpan Ahead = TimeSpan.FromMinutes(2);

    /// <summary>Older prices are ignored.</summary>
    public static readonly TimeSpan Memory = TimeSpan.FromDays(2);

    /// <summary>
    /// The ordinary bounds: how far, as a share, a price may differ from every accepted one of at most that age. The largest changes in
    /// three recorded weeks were 0.17 % in 15 minutes, 0.20 % in an hour, 0.30 % in a day and 0.38 % in three days; onshore, the central
    /// bank lets the yuan move 2 % a day.
    /// </summary>
    public static readonly IReadOnlyList<(TimeSpan Age, double Change)> OrdinaryBounds =
    [
        (TimeSpan.FromMinutes(15), 0.005),
        (TimeSpan.FromHours(1), 0.01),
        (TimeSpan.FromDays(1), 0.02),
        (Memory, 0.03),
    ];

    /// <param name="quotes">In any order, repeated or not.</param>
    /// <param name="known">The prices accepted so far.</param>
    /// <param name="watch">The state of the previous check.</param>
    /// <param name="now">The miner's clock.</param>
    /// <param name="chart">The source's chart, to confirm a move; null when it was not read.</param>
    public static CheckedPrices Check(
        IReadOnlyList<QuotedPrice> quotes,
        PriceHistory known,
        JumpWatch watch,
        DateTimeOffset now,
        IReadOnlyList<QuotedPrice>? chart = null
    )
    {
        var objections = new List<string>();
        var possible = Possible(quotes, now, objections);
        var run = new Run(known, watch, Newest(chart), objections, Median(possible));
        foreach (var point in possible)
        {
            run.Check(point);
        }

        return new(run.Accepted, run.Watch, objections, run.WantsChart);
    }

    private static List<PricePoint> Possible(IReadOnlyList<QuotedPrice> quotes, DateTimeOffset now, List<string> objections)
    {
        var byTime = new SortedDictionary<DateTimeOffset, PricePoint>();
        foreach (var quote in quotes)
        {
            if (Objection(quote, now) is { } objection)
            {
                objections.Add($"{quote.Cny?.ToString() ?? "null"} at {quote.Time:O}: {objection}");
            }
            else if (PriceBounds.Point(quote.Time, quote.Cny!.Value, quote.Usd, now) is { } point)
            {
                byTime[point.Time] = point;
            }
        }

        var tooMany = byTime.Count - MaxPrices;
        if (tooMany <= 0)
        {
            return [.. byTime.Values];
        }

        objections.Add($"{tooMany} older prices were dropped: only the newest {MaxPrices} of an answer are checked");
        return [.. byTime.Values.Skip(tooMany)];
    }

    private static IReadOnlyList<QuotedPrice>? Newest(IReadOnlyList<QuotedPrice>? chart) =>
        chart is { Count: > MaxPrices } ? [.. chart.OrderBy(quote => quote.Time).TakeLast(MaxPrices)] : chart;

    /// <summary>Why a quote can't be a price, independent of other prices; null when it can.</summary>
    public static string? Objection(QuotedPrice quote, DateTimeOffset now) =>
        quote.Cny is null ? "no price"
        : !PriceBounds.IsCny(quote.Cny) ? "not a possible price"
        : quote.Time > now + Ahead ? "from the future"
        : quote.Time < PriceBounds.Earliest ? "older than USDT"
        : null;

    private static double? Median(List<PricePoint> points) =>
        points.Count < 3 ? null : points.Select(point => point.Cny).Order().ElementAt(points.Count / 2);

    /// <summary>The relative difference of two prices, the same in both directions.</summary>
    internal static double Change(double one, double other) => (Math.Max(one, other) / Math.Min(one, other)) - 1;

    /// <summary>The largest change that breaks its ordinary bound; null when all bounds hold.</summary>
    private static double? Excess(PricePoint point, IEnumerable<PricePoint> before)
    {
        double? worst = null;
        foreach (var old in before)
        {
            var change = Change(point.Cny, old.Cny);
            if (change > (worst ?? 0) && change > Bound(point.Time - old.Time))
            {
                worst = change;
            }
        }

        return worst;
    }

    private static double Bound(TimeSpan age)
    {
        foreach (var (longest, change) in OrdinaryBounds)
        {
            if (age <= longest)
            {
                return change;
            }
        }

        return double.PositiveInfinity;
    }

    /// <summary>One pass over a source's prices in ascending time.</summary>
    private sealed class Run(
        PriceHistory known,
        JumpWatch watch,
        IReadOnlyList<QuotedPrice>? chart,
        List<string> objections,
        double? median
    )
    {
        private readonly List<PricePoint> _held = [.. watch.HeldBack];
        private DateTimeOffset? _movedAt = watch.MovedAt;

        public List<PricePoint> Accepted { get; } = [];

        public bool WantsChart { get; private set; }

        public JumpWatch Watch => new() { HeldBack = [.. _held.TakeLast(JumpWatch.Capacity)], MovedAt = _movedAt };

        public void Check(PricePoint point)
        {
            var before = Before(point);
            var excess =
                before.Count > 0 ? Excess(point, before.Where(old => !(old.Time < _movedAt)))
                // Without accepted prices, the median of several prices identifies an outlier; a single price must be accepted.
                : median is { } middle && Change(point.Cny, middle) > Bound(Memory) ? Change(point.Cny, middle)
                : null;
            if ((excess ?? Crossing(point, before)) is { } change)
            {
                HoldBack(point, before, change);
                return;
            }

            Accepted.Add(point);
            // The price is back where it was, so the held jump was a broken quote.
            _held.RemoveAll(held => held.Time <= point.Time);
        }

        /// <summary>
        /// After an accepted move, the distance from the median of a price that leaves the range that needs few observations; null when it
        /// stays inside.
        /// </summary>
        private double? Crossing(PricePoint point, List<PricePoint> before)
        {
            // Without a move in that period, the ordinary bounds already keep the price near every other one, and so near the median.
            if (before.Count < FewPrices || !(_movedAt >= point.Time - Memory))
            {
                return null;
            }

            var middle = Middle(before);
            var far = Change(point.Cny, middle);
            return far > FarthestMove || (far > FarMove && Change(before[^1].Cny, middle) <= FarMove) ? far : null;
        }

        private void HoldBack(PricePoint point, List<PricePoint> before, double change)
        {
            // One observation per slot: otherwise a chart with many points in a second would count as many observations.
            if (_held.Count > 0 && point.Slot <= _held[^1].Slot)
            {
                if (point.Slot == _held[^1].Slot)
                {
                    objections.Add($"{point.Cny} at {point.Time:O} is a jump of {change * 100:0.0} %: held back, as the one before it");
                }

                return;
            }

            if (Excess(point, _held) is not null)
            {
                _held.Clear();
            }

            _held.Add(point);
            objections.Add($"{point.Cny} at {point.Time:O} is a jump of {change * 100:0.0} %: {Decide(point, before, change)}");
        }

        /// <summary>Accepts the held prices when there are enough; otherwise returns what is still missing, in words.</summary>
        private string Decide(PricePoint point, List<PricePoint> before, double change)
        {
            if (Needed(point, before, change) is not { } needed)
            {
                return $"more than {FarthestMove * 100:0} % from the median of two days is never accepted";
            }

            if (_held.Count < needed)
            {
                return $"held back, observation {_held.Count} of {needed}";
            }

            switch (ChartAgrees())
            {
                case true:
                    return AcceptHeld(point, before);
                case false:
                    _held.RemoveRange(0, _held.Count - 1);
                    return "held back, the chart shows another price";
                case null when needed < ObservationsAtFarMove && _held.Count >= 2 * needed:
                    return AcceptHeld(point, before);
                default:
                    WantsChart = true;
                    return "held back, it waits for the chart";
            }
        }

        private string AcceptHeld(PricePoint point, List<PricePoint> before)
        {
            // Held prices that are much farther from the median than this one are dropped, not accepted along with it.
            var middle = before.Count < FewPrices ? point.Cny : Middle(before);
            var farthest = Change(point.Cny, middle) > FarMove ? FarthestMove : FarMove;
            Accepted.AddRange(_held.Where(held => Change(held.Cny, middle) <= farthest));
            _movedAt = _held[0].Time;
            var words = $"accepted after {_held.Count} observations";
            _held.Clear();
            return words;
        }

        /// <summary>How many observations a move needs; null for one that is never accepted.</summary>
        private static int? Needed(PricePoint point, List<PricePoint> before, double change)
        {
            var needed = 2 + (int)(change / MovePerObservation);
            if (before.Count < FewPrices)
            {
                return Math.Min(needed, MaxObservationsAtFewPrices);
            }

            var far = Change(point.Cny, Middle(before));
            return far > FarthestMove ? null
                : far > FarMove ? ObservationsAtFarMove
                : needed;
        }

        private static double Middle(List<PricePoint> before) => before.Select(old => old.Cny).Order().ElementAt(before.Count / 2);

        /// <summary>Whether the chart shows the held prices; null when it does not cover them, or there is none.</summary>
        private bool? ChartAgrees()
        {
            var (seen, agree) = (0, 0);
            foreach (var quote in chart ?? [])
            {
                if (PriceBounds.IsCny(quote.Cny) && quote.Time >= _held[0].Time - PriceHistory.Tolerance)
                {
                    seen++;
                    agree += Change(quote.Cny!.Value, _held.MinBy(held => (held.Time - quote.Time).Duration()).Cny) <= Agreement ? 1 : 0;
                }
            }

            return 2 * seen < _held.Count ? null : 3 * agree >= 2 * seen;
        }

        /// <summary>The accepted prices before a point and within a time span.</summary>
        private List<PricePoint> Before(PricePoint point)
        {
            var oldest = point.Time - Memory;
            List<PricePoint> before = [.. known.Since(oldest).Until(point.Time).Points().Where(old => old.Time < point.Time)];
            var young = Accepted.Count;
            while (young > 0 && Accepted[young - 1].Time >= oldest)
            {
                young--;
            }

            var isMixed = before.Count > 0 && young < Accepted.Count;
            before.AddRange(Accepted.Skip(young));
            if (isMixed)
            {
                before.Sort((one, other) => one.Time.CompareTo(other.Time));
            }

            return before;
        }
    }
}

/// <summary>The result of validating a source's prices.</summary>
/// <param name="Accepted">In ascending time.</param>
/// <param name="Watch">The state for the next check.</param>
/// <param name="Objections">Why the others were rejected or held, one sentence each.</param>
/// <param name="WantsChart">Whether a move was seen often enough and waits for the chart to confirm it.</param>
public sealed record CheckedPrices(
    IReadOnlyList<PricePoint> Accepted,
    JumpWatch Watch,
    IReadOnlyList<string> Objections,
    bool WantsChart = false
);
