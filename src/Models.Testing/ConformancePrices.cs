namespace Bittbridge.Models.Testing;

/// <summary>The prices of the suite: an ordinary history, and odd ones made from it.</summary>
internal static class ConformancePrices
{
    private const int Count = 600;

    private static readonly DateTimeOffset Start = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);

    /// <summary>A slow wave with noise, similar to USDT/CNY; the same every time.</summary>
    public static PriceHistory Made()
    {
        var random = new Random(420);
        return PriceHistory.FromPoints(
            Enumerable
                .Range(0, Count)
                .Select(i => new PricePoint(
                    Start + i * PriceSlot.Step,
                    7.12 + 0.004 * Math.Sin(i / 80.0) + 0.0006 * (random.NextDouble() + random.NextDouble() - 1),
                    1 + 0.0004 * (random.NextDouble() - 0.5)
                ))
        );
    }

    public static PriceHistory Copy(PriceHistory history) => PriceHistory.FromPoints(history.Points());

    /// <summary>Short, gappy, flat and jumping histories, and some without USDT/USD, each with its rule and its description.</summary>
    public static IEnumerable<(ConformanceRule Rule, PriceHistory History, string How)> Odd(PriceHistory history)
    {
        foreach (var count in new[] { 0, 1, 2, 3, 4, 5, 6, 7, 8, 11, 12, 13, 24, 25, 50, 100 })
        {
            yield return (ConformanceRule.ShortHistory, history.TakeLast(count), $"with {count} {(count == 1 ? "price" : "prices")}");
        }

        yield return (ConformanceRule.Gaps, Ragged(history), "with a third of the slots missing and the others off their times");
        yield return (
            ConformanceRule.Gaps,
            WithHole(history, TimeSpan.FromMinutes(5), TimeSpan.FromHours(2)),
            "with two hours missing before the last price"
        );
        yield return (
            ConformanceRule.Gaps,
            WithHole(history, TimeSpan.FromHours(1), TimeSpan.FromHours(4)),
            "with three hours missing an hour ago"
        );
        yield return (ConformanceRule.OddPrices, StandingStill(history), "with prices that stand still");
        yield return (ConformanceRule.OddPrices, Jumping(history), "with a jump of 3 %");
        yield return (ConformanceRule.MissingUsd, UsdAtEvery(history, 0), "with USDT/USD unknown");
        yield return (ConformanceRule.MissingUsd, UsdAtEvery(history, 7), "with USDT/USD known here and there");
    }

    /// <summary>Every third point is missing, an hour here and there, and the rest is up to two minutes off its slot.</summary>
    private static PriceHistory Ragged(PriceHistory history) =>
        PriceHistory.FromPoints(
            history
                .Points()
                .Where((_, i) => i % 3 != 1 && i % 97 > 12)
                .Select((point, i) => new PricePoint(point.Slot.Time.AddSeconds(i * 37 % 240 - 120), point.Cny, point.Usd))
        );

    /// <summary>Without the points of a time before the last one.</summary>
    private static PriceHistory WithHole(PriceHistory history, TimeSpan from, TimeSpan to)
    {
        var end = history.Newest!.Value.Time;
        return PriceHistory.FromPoints(history.Points().Where(point => end - point.Time < from || end - point.Time > to));
    }

    private static PriceHistory StandingStill(PriceHistory history) =>
        Changed(history, (point, _) => new(point.Time, history.Prices[0], point.Usd));

    /// <summary>3 % up for the last half hour.</summary>
    private static PriceHistory Jumping(PriceHistory history) =>
        Changed(history, (point, i) => new(point.Time, i >= history.Count - 6 ? point.Cny * 1.03 : point.Cny, point.Usd));

    /// <summary>USDT/USD known at every n-th point only; 0 for nowhere.</summary>
    private static PriceHistory UsdAtEvery(PriceHistory history, int n) =>
        Changed(history, (point, i) => new(point.Time, point.Cny, n > 0 && i % n == 0 ? 1.0002 : null));

    private static PriceHistory Changed(PriceHistory history, Func<PricePoint, int, PricePoint> change) =>
        PriceHistory.FromPoints(history.Points().Select(change));
}
