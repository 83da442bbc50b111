namespace Bittbridge.Models.Testing;

/// <summary>Prices to try a model with.</summary>
internal static class ConformancePrices
{
    private const int Count = 600;

    private static readonly DateTimeOffset Start = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);

    /// <summary>A slow wave with noise on it, as USDT/CNY looks from near; the same every time.</summary>
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

    /// <summary>Every third point is missing, an hour here and there, and the rest is up to two minutes off its slot.</summary>
    public static PriceHistory Ragged(PriceHistory history) =>
        PriceHistory.FromPoints(
            history
                .Points()
                .Where((_, i) => i % 3 != 1 && i % 97 > 12)
                .Select((point, i) => new PricePoint(point.Slot.Time.AddSeconds(i * 37 % 240 - 120), point.Cny, point.Usd))
        );

    /// <summary>Without the points of a time before the last one.</summary>
    public static PriceHistory WithHole(PriceHistory history, TimeSpan from, TimeSpan to)
    {
        var end = history.Newest!.Value.Time;
        return PriceHistory.FromPoints(history.Points().Where(point => end - point.Time < from || end - point.Time > to));
    }

    public static PriceHistory StandingStill(PriceHistory history) =>
        Changed(history, (point, _) => new(point.Time, history.Prices[0], point.Usd));

    /// <summary>3 % up for the last half hour.</summary>
    public static PriceHistory Jumping(PriceHistory history) =>
        Changed(history, (point, i) => new(point.Time, i >= history.Count - 6 ? point.Cny * 1.03 : point.Cny, point.Usd));

    /// <summary>USDT/USD known at every n-th point only; 0 for nowhere.</summary>
    public static PriceHistory UsdAtEvery(PriceHistory history, int n) =>
        Changed(history, (point, i) => new(point.Time, point.Cny, n > 0 && i % n == 0 ? 1.0002 : null));

    private static PriceHistory Changed(PriceHistory history, Func<PricePoint, int, PricePoint> change) =>
        PriceHistory.FromPoints(history.Points().Select(change));
}
