using Azure.Data.Tables;
using Bittbridge.Benchmarks.Load;
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
/// yet. The miner's own code makes the rows of all but the nonces.
/// </summary>
internal static class StoredPast
{
    /// <summary>Every second slot: about 52,000 in a year.</summary>
    private static readonly TimeSpan BetweenForecasts = 2 * PriceSlot.Step;

    /// <summary>All validators have asked for each forecast of the last days, which are as many as any work of the miner reads.</summary>
    private static readonly TimeSpan AskedByAll = TimeSpan.FromDays(2);

    /// <summary>How many have asked for each earlier forecast. They take turns, so that each day has all of them.</summary>
    private const int Askers = 2;

    /// <summary>A transaction may have 4 MB, and a row that all validators have asked for has 30 KB.</summary>
    private const int MaxBatch = 50;

    private static readonly ModelId Model = new(MinerSettings.DefaultModel, "1");

    /// <param name="tables">The tables.</param>
    /// <param name="miner">The services of a miner on these tables with a clock.</param>
    /// <param name="now">The end of the past.</param>
    /// <param name="days">How long it is. Without a day, storage holds nothing but the newest price.</param>
    /// <param name="nonces">How many nonces there are.</param>
    /// <param name="lastNonce">The time of the newest.</param>
    /// <returns>What was stored, in words.</returns>
    public static async Task<string> FillAsync(
        MinerTables tables,
        Func<TimeProvider, ServiceProvider> miner,
        DateTimeOffset now,
        int days,
        int nonces,
        DateTimeOffset lastNonce
    )
    {
        var prices = await FillPricesAsync(tables, now, Math.Max(1, days * 288));
        var forecasts = await FillForecastsAsync(tables, miner, prices, now, days);
        await FillNoncesAsync(tables, lastNonce, nonces);
        return days == 0
            ? "one price and nothing else"
            : $"{prices.Count:N0} prices, {forecasts:N0} forecasts and their scores, and {nonces:N0} nonces";
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
        for (var day = 0; day < days; day++)
        {
            var rows = Enumerable
                .Range(0, (int)(TimeSpan.FromDays(1) / BetweenForecasts))
                .Select(i => (MadeAt: clock.GetUtcNow() + i * BetweenForecasts, Number: i))
                .Select(made => (made.MadeAt, made.Number, Index: prices.IndexNear(made.MadeAt.ToUnixTimeMilliseconds())))
                .Where(made => made.Index >= 0 && made.MadeAt <= now)
                .Select(made => Row(made.MadeAt, prices.Prices[made.Index], Callers(made.Number, now - made.MadeAt)))
                .ToList();
            await tables.UseAsync(MinerTables.Forecasts, table => AddAsync(table, rows), default);
            count += rows.Count;
            clock.Advance(TimeSpan.FromDays(1));
            await scoring.RunAsync(default);
        }

        // The last hours are open until their prices have settled.
        await scoring.RunAsync(default);
        return count;
    }

    private static async Task AddAsync(TableClient table, List<TableEntity> rows)
    {
        foreach (var batch in rows.GroupBy(row => row.PartitionKey).SelectMany(day => day.Chunk(MaxBatch)))
        {
            await table.SubmitTransactionAsync(batch.Select(row => new TableTransactionAction(TableTransactionActionType.Add, row)));
        }
    }

    private static IReadOnlyList<string> Callers(int number, TimeSpan age) =>
        age <= AskedByAll
            ? Challenges.Callers
            : [.. Enumerable.Range(number * Askers, Askers).Select(i => Challenges.Callers[i % Challenges.Callers.Count])];

    /// <summary>A row as the miner leaves it when all of these callers have asked.</summary>
    private static TableEntity Row(DateTimeOffset madeAt, double price, IReadOnlyList<string> callers)
    {
        var record = new ForecastRecord(
            PriceSeries.Simulated,
            Model,
            madeAt,
            new(price, PredictionInterval.Around(price, 0.0015)),
            TimeSpan.FromMilliseconds(3),
            callers[0]
        )
        {
            LastPrice = price,
        };
        var row = ForecastEntity.Of(
            ForecastKeys.Partition(record.Series, record.Target.Time),
            ForecastKeys.Row(record.Target, record.Model),
            record
        );
        foreach (var caller in callers.Take(ForecastRow.MaxCallers))
        {
            row[ForecastKeys.Caller(caller)] = ForecastEntity.Told(record);
        }

        if (callers.Count > ForecastRow.MaxCallers)
        {
            row[ForecastKeys.MoreAnswers] = (long)(callers.Count - ForecastRow.MaxCallers);
        }

        return row;
    }

    /// <summary>A flood of twenty minutes, none of which housekeeping may delete yet.</summary>
    private static Task FillNoncesAsync(MinerTables tables, DateTimeOffset last, int count) =>
        tables.UseAsync(
            MinerTables.Nonces,
            table =>
                Parallel.ForEachAsync(
                    Enumerable
                        .Range(0, count)
                        .Select(i => ReplayKey.SliceOf(UnixNanoseconds.Of(last - TimeSpan.FromMinutes(20) * i / count)))
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
