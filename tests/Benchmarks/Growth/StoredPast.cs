using Azure.Data.Tables;
using Bittbridge.Benchmarks.Load;
using Bittbridge.Bittensor.Authentication;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Forecasting;
using Bittbridge.Miner.Prices;
using Bittbridge.Miner.Prices.Source;
using Bittbridge.Miner.Prices.Store;
using Bittbridge.Miner.Prices.Sync;
using Bittbridge.Miner.Storage;
using Bittbridge.Miner.TrackRecord;
using Bittbridge.Models;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Bittbridge.Benchmarks.Growth;

/// <summary>
/// Fills a storage with what a miner has after some days: prices, forecasts with their outcomes and days, and nonces that are not deleted
/// yet. The miner's own code makes the rows of all but the nonces, and they are written without a read.
/// </summary>
internal static class StoredPast
{
    /// <summary>Every second slot: about 52,000 in a year.</summary>
    private static readonly TimeSpan BetweenForecasts = 2 * PriceSlot.Step;

    /// <summary>All validators have asked for each forecast of the last days, which are as many as any work of the miner reads.</summary>
    private static readonly TimeSpan AskedByAll = TimeSpan.FromDays(2);

    /// <summary>How many have asked for each earlier forecast. They take turns, so that each day has all of them.</summary>
    private const int Askers = 2;

    /// <summary>A transaction may have 100 rows and 4 MB, and a forecast that all validators have asked for has 30 KB.</summary>
    private const int MaxBatch = 100;

    /// <summary>The same for days, of which one in which all validators have asked has 40 KB.</summary>
    private const int MaxDays = 40;

    /// <summary>How many transactions are on their way at a time.</summary>
    private const int Connections = 8;

    private static readonly ModelId Model = new(MinerSettings.DefaultModel, "1");

    /// <param name="tables">The tables.</param>
    /// <param name="now">The end of the past.</param>
    /// <param name="days">How long it is. Without a day, storage holds nothing but the newest price.</param>
    /// <param name="nonces">How many nonces there are.</param>
    /// <param name="lastNonce">The time of the newest.</param>
    /// <returns>What was stored, in words.</returns>
    public static async Task<string> FillAsync(MinerTables tables, DateTimeOffset now, int days, int nonces, DateTimeOffset lastNonce)
    {
        var prices = await FillPricesAsync(tables, now, Math.Max(1, days * 288));
        var forecasts = await FillForecastsAsync(tables, prices, now, days);
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
        await AddAsync(
            tables,
            MinerTables.Prices,
            prices.Points().Select(point => PriceEntities.From(PriceSeries.Simulated, point, PriceSettings.Simulated))
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

    /// <summary>The forecasts with their outcomes, the days of these, and the cursor, as the scoring leaves them.</summary>
    private static async Task<int> FillForecastsAsync(MinerTables tables, PriceHistory prices, DateTimeOffset now, int days)
    {
        var (rows, scored) = (new List<TableEntity>(), new SortedDictionary<DateOnly, DayRow>());
        for (var number = 0; number < days * (int)(TimeSpan.FromDays(1) / BetweenForecasts); number++)
        {
            var madeAt = now.AddDays(-days) + number * BetweenForecasts;
            if (prices.IndexNear(madeAt) is >= 0 and var index)
            {
                var row = Row(madeAt, prices[index].Cny, Callers(number, now - madeAt));
                Score(row, prices, now, scored);
                rows.Add(row);
            }
        }

        List<TableEntity> trackRecord = [.. scored.Values.Select(day => day.ToEntity(PriceSeries.Simulated.Name))];
        if (rows.Count > 0)
        {
            var cursor = new ScoringCursor(PriceSlot.NearestTo(now - PriceRefresh.Stale), ChartSeenAt: null);
            trackRecord.Add(cursor.ToEntity(PriceSeries.Simulated.Name));
        }

        await AddAsync(tables, MinerTables.Forecasts, rows);
        await AddAsync(tables, MinerTables.TrackRecord, trackRecord, MaxDays);
        return rows.Count;
    }

    /// <summary>Adds the outcome to a forecast and to its day, if its hour is over.</summary>
    private static void Score(TableEntity row, PriceHistory prices, DateTimeOffset now, SortedDictionary<DateOnly, DayRow> days)
    {
        var forecast = MaturedForecast.From(row)!;
        if (forecast.Target > now)
        {
            return;
        }

        var date = TrackRecordKeys.DayOf(forecast.Slot);
        if (!days.TryGetValue(date, out var day))
        {
            days[date] = day = DayRow.New(date, forecast.Model, forecast.Role);
        }

        var outcome = forecast.Outcome(prices);
        day.Put(forecast.Slot, outcome, forecast.Callers, forecast.MoreAnswers);
        if (outcome is { } found && forecast.Change(found) is { } change)
        {
            // No outcome is a text, but the keys and the ETag are.
            foreach (var (name, value) in change.Where(property => property.Value is not string))
            {
                row[name] = value;
            }
        }
    }

    /// <summary>Adds rows in transactions, several at a time.</summary>
    private static Task AddAsync(MinerTables tables, string name, IEnumerable<TableEntity> rows, int maxBatch = MaxBatch) =>
        tables.UseAsync(
            name,
            table =>
                Parallel.ForEachAsync(
                    rows.GroupBy(row => row.PartitionKey).SelectMany(partition => partition.Chunk(maxBatch)),
                    new ParallelOptions { MaxDegreeOfParallelism = Connections },
                    async (batch, ct) =>
                        await table.SubmitTransactionAsync(
                            batch.Select(row => new TableTransactionAction(TableTransactionActionType.Add, row)),
                            ct
                        )
                ),
            default
        );

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

    /// <summary>
    /// A flood of twenty minutes, none of which housekeeping may delete yet. The rows come in the order of their keys, because Azurite
    /// takes long for a row between others.
    /// </summary>
    private static Task FillNoncesAsync(MinerTables tables, DateTimeOffset last, int count) =>
        AddAsync(
            tables,
            MinerTables.Nonces,
            Enumerable
                .Range(0, count)
                .Select(_ => $"{Guid.NewGuid():N}{Guid.NewGuid():N}")
                .Order(StringComparer.Ordinal)
                .Select((hash, i) => Nonce(last - TimeSpan.FromMinutes(20) * (count - 1 - i) / count, hash))
        );

    private static TableEntity Nonce(DateTimeOffset time, string hash) =>
        new(ReplayKey.SliceOf(UnixNanoseconds.Of(time)), hash) { ["Attempt"] = Guid.NewGuid() };
}
