using Bittbridge.Miner.Prices;
using Bittbridge.Models;

namespace Bittbridge.Miner.Tests.Forecasting;

/// <summary>Prices that are in memory from the start, or missing, as a test needs.</summary>
internal sealed class FixedPrices : IPrices
{
    public PriceSnapshot? InMemory { get; set; }

    /// <summary>Where set, reading waits for it or for its own cancellation.</summary>
    public Task? Wait { get; init; }

    public string? LastReadFailure { get; init; }

    public async ValueTask<PriceSnapshot?> CurrentAsync(CancellationToken ct)
    {
        if (Wait is not null)
        {
            await Wait.WaitAsync(ct);
        }

        return InMemory;
    }

    /// <summary>
    /// Hours of prices at every slot up to <paramref name="now"/>, a gentle wave around 7.1 with four decimals, so that no text of a price
    /// can be taken for a forecast.
    /// </summary>
    public static FixedPrices Until(DateTimeOffset now, int points = 300)
    {
        var newest = PriceSlot.NearestTo(now.AddSeconds(-150)).Time;
        var wave = Enumerable
            .Range(0, points)
            .Select(i => new PricePoint(newest - (points - 1 - i) * PriceSlot.Step, Math.Round(7.1 + 0.002 * Math.Sin(i * 0.9), 4)));
        return new() { InMemory = new(PriceSeries.Real, "coingecko", PriceHistory.FromPoints(wave), new()) };
    }
}
