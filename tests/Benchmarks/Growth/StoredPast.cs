using Azure.Data.Tables;
using Bittbridge.Bittensor.Authentication;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Forecasting;
using Bittbridge.Miner.Prices;
using Bittbridge.Miner.Prices.Source;
using Bittbridge.Miner.Prices.Store;
using Bittbridge.Miner.Storage;
using Bittbridge.Miner.TrackRecord;
using Bittbridge.Models;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Bittbridge.Benchmarks.Growth;

/// <summary>
/// Fills a storage with what a miner has after some days: prices, forecasts with their outcomes and days, and nonces that are not deleted
/// yet. The miner's own code writes all but the nonces.
/// </summary>
internal static class StoredPast
{
    /// <summary>Every second slot: about 52,000 in a year.</summary>
    private static readonly TimeSpan BetweenForecasts = 2 * PriceSlot.Step;

    private static readonly ModelId Model = new(MinerSettings.DefaultModel, "1");

    /// <returns>What was stored, in words.</returns>
    public static async Task<string> FillAsync(
        MinerTables tables,
        Func<TimeProvider, ServiceProvider> miner,
        DateTimeOffset now,
        int days,
        int nonces
    )
    {
        var prices = await FillPricesAsync(tables, now, days * 288);
        var forecasts = await FillForecastsAsync(tables, miner, prices, now, days);
        await FillNoncesAsync(tables, now, nonces);
        return $"{prices.Count:N0} prices, {forecasts:N0} forecasts and their scores, and {nonces:N0} nonces";
    }

    /// <summary>The newest prices and their snapshot.</summary>
    private static async Task<PriceHistory> FillPricesAsync(MinerTables tables, DateTimeOffset now, int count)
    {
        var clock = new FakeTimeProvider(now);
        var prices = PriceHistory.FromPoints(
            new SimulatedSource(clock).Until(now, count).Select(price => new PricePoint(price.Time, price.Cny!.Value))
        );
        var history = new PriceHistoryTable(PriceSeries.Simulated, clock);
        await tables.UseAsync(
            MinerTables.Prices,
            table => history.WriteAsync(table, prices.Points(), PriceSettings.Simulated, default),
            default
        );
        await new TablePriceStore(tables, PriceSeries.Simulated, clock, NullLogger<TablePriceStore>.Instance).SaveAsync(
            PriceSettings.Simulated,
            PriceHistory.Empty,
            prices.TakeLast(PriceSnapshot.Capacity),
            poll => poll,
            replaceHistory: false,
            default
        );
        return prices;
    }

    /// <summary>Day by day, as time would: the forecasts of a day, and then their scoring.</summary>
    private static async Task<int> FillForecastsAsync(
        MinerTables tables,
        Func<TimeProvider, ServiceProvider> miner,
        PriceHistory prices,
        DateTimeOffset now,
        int days
    )
    {
        var clock = new FakeTimeProvider(now.AddDays(-days));
        await using var services = miner(clock);
        var (scoring, count) = (services.GetRequiredService<ForecastScoring>(), 0);
        var log = new TableForecastLog(tables, clock, NullLogger<TableForecastLog>.Instance);
        for (var day = 0; day < days; day++)
        {
            var records = Enumerable
                .Range(0, (int)(TimeSpan.FromDays(1) / BetweenForecasts))
                .Select(i => clock.GetUtcNow() + i * BetweenForecasts)
                .Select(madeAt => (MadeAt: madeAt, Index: prices.IndexNear(madeAt.ToUnixTimeMilliseconds())))
                .Where(made => made.Index >= 0 && made.MadeAt <= now)
                .Select(made => Record(made.MadeAt, prices.Prices[made.Index]))
                .ToList();
            await Parallel.ForEachAsync(
                records,
                new ParallelOptions { MaxDegreeOfParallelism = 16 },
                async (record, ct) => await log.RecordAsync(record, ct)
            );
            count += records.Count;
            clock.Advance(TimeSpan.FromDays(1));
            await scoring.RunAsync(default);
        }

        // The last hours are open until their prices have settled.
        await scoring.RunAsync(default);
        return count;
    }

    private static ForecastRecord Record(DateTimeOffset madeAt, double price) =>
        new(
            PriceSeries.Simulated,
            Model,
            madeAt,
            new(price, PredictionInterval.Around(price, 0.0015)),
            TimeSpan.FromMilliseconds(3),
            Load.Challenges.Miner.ToString()
        )
        {
            LastPrice = price,
        };

    /// <summary>A flood of the last minutes, none of which housekeeping may delete yet.</summary>
    private static Task FillNoncesAsync(MinerTables tables, DateTimeOffset now, int count) =>
        tables.UseAsync(
            MinerTables.Nonces,
            table =>
                Parallel.ForEachAsync(
                    Enumerable
                        .Range(0, count)
                        .Select(i => ReplayKey.SliceOf(UnixNanoseconds.Of(now - TimeSpan.FromMinutes(20) * i / count)))
                        .GroupBy(slice => slice)
                        .SelectMany(slice => slice.Chunk(100)),
                    new ParallelOptions { MaxDegreeOfParallelism = 8 },
                    async (slices, ct) =>
                        await table.SubmitTransactionAsync(
                            slices.Select(slice => new TableTransactionAction(
                                TableTransactionActionType.Add,
                                new TableEntity(slice, $"{Guid.NewGuid():N}{Guid.NewGuid():N}") { ["Attempt"] = Guid.NewGuid() }
                            )),
                            ct
                        )
                ),
            default
        );
}
