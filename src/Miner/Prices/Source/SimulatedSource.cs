using Bittbridge.Miner.Configuration;
using Bittbridge.Models;

namespace Bittbridge.Miner.Prices.Source;

/// <summary>
/// Simulated prices that resemble the real ones, the same in every process at the same time: a slow level, which is a random walk with
/// heavy-tailed steps (larger around the onshore opening, smaller on weekends) and connects the anchors of consecutive days, plus noise
/// whose consecutive changes cancel out.
/// </summary>
public sealed class SimulatedSource(TimeProvider clock, int seed = 420) : IPriceSource
{
    private const int MarksADay = 288;
    private const double Center = 7.10;
    private const double LevelStep = 0.00026;
    private const double Noise = 0.00024;

    public string Name => PriceSettings.Simulated;

    public PriceSeries Series => PriceSeries.Simulated;

    public bool StartsAfresh => false;

    public Task<PriceFetch> LatestAsync(bool mayRetry, CancellationToken ct) =>
        Task.FromResult(new PriceFetch([.. Until(clock.GetUtcNow(), 1)], 0));

    public Task<PriceFetch> LastDayAsync(bool mayRetry, CancellationToken ct) =>
        Task.FromResult(new PriceFetch([.. Until(clock.GetUtcNow(), PriceSnapshot.Capacity)], 0));

    /// <summary>The prices at the newest <paramref name="count"/> slots at or before a time.</summary>
    public IEnumerable<QuotedPrice> Until(DateTimeOffset now, int count)
    {
        var newest = now.ToUnixTimeMilliseconds() / (long)PriceSlot.Step.TotalMilliseconds;
        var (day, prices) = (long.MinValue, Array.Empty<double>());
        for (var slot = newest - count + 1; slot <= newest; slot++)
        {
            if (slot / MarksADay != day)
            {
                day = slot / MarksADay;
                prices = Day(day);
            }

            yield return new(
                DateTimeOffset.FromUnixTimeMilliseconds(slot * (long)PriceSlot.Step.TotalMilliseconds),
                prices[slot % MarksADay]
            );
        }
    }

    private double[] Day(long day)
    {
        var random = RandomOf(day, 0);
        var date = DateTimeOffset.UnixEpoch.AddDays(day);
        var level = new double[MarksADay + 1];
        for (var i = 1; i <= MarksADay; i++)
        {
            level[i] = level[i - 1] + (LevelStep * Activity(date + (i * PriceSlot.Step)) * HeavyTailed(random));
        }

        var (from, drift) = (Anchor(day), Anchor(day + 1) - Anchor(day) - level[MarksADay]);
        var prices = new double[MarksADay];
        for (var i = 0; i < MarksADay; i++)
        {
            prices[i] = from + level[i] + (drift * i / MarksADay) + (Noise * Normal(random));
        }

        return prices;
    }

    private double Anchor(long day) => Center + (0.004 * Normal(RandomOf(day, 1)));

    private Random RandomOf(long day, int stream) => new(HashCode(day, stream));

    /// <summary>The same in every process, unlike <see cref="System.HashCode"/>.</summary>
    private int HashCode(long day, int stream) =>
        unchecked((int)(((day * 2 + stream) * 6364136223846793005L + seed * 1442695040888963407L) >> 32));

    private static double Activity(DateTimeOffset time)
    {
        var quiet =
            time.DayOfWeek == DayOfWeek.Saturday
            || (time.DayOfWeek == DayOfWeek.Friday && time.Hour >= 21)
            || (time.DayOfWeek == DayOfWeek.Sunday && time.Hour < 22);
        var opening = time.TimeOfDay >= TimeSpan.FromMinutes(40) && time.TimeOfDay < TimeSpan.FromHours(2);
        return quiet ? 0.4
            : opening ? 3
            : 1;
    }

    /// <summary>Student's t with four degrees of freedom, scaled to a variance of one.</summary>
    private static double HeavyTailed(Random random)
    {
        var chiSquared = -2 * (Math.Log(1 - random.NextDouble()) + Math.Log(1 - random.NextDouble()));
        return Normal(random) / Math.Sqrt(chiSquared / 4) / Math.Sqrt(2);
    }

    /// <summary>Box and Muller's transform.</summary>
    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
