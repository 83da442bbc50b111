using Azure;
using Azure.Data.Tables;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Forecasting;
using Bittbridge.Miner.Prices;
using Bittbridge.Miner.Prices.Store;
using Bittbridge.Miner.Telemetry;
using Bittbridge.Miner.Tests.Telemetry;
using Bittbridge.Miner.TrackRecord;
using Bittbridge.Models;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Bittbridge.Miner.Tests.TrackRecord;

/// <summary>Prices, forecasts and their scoring in real tables of one test.</summary>
internal sealed class ScoringTest(StorageSettings storage, FakeTimeProvider clock)
{
    public static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    public static readonly ModelId Model = new("exponential-smoothing", "1");

    private readonly TableForecastLog _log = new(new(storage), clock, NullLogger<TableForecastLog>.Instance);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public TablePriceStore Prices { get; } = new(new(storage), PriceSeries.Real, clock, NullLogger<TablePriceStore>.Instance);

    public TableClient Forecasts { get; } = new(storage.Location, storage.TablePrefix + "forecasts");

    public TableClient Days { get; } = new(storage.Location, storage.TablePrefix + "trackrecord");

    /// <summary>The scoring of an instance of its own.</summary>
    public static ForecastScoring NewScoring(
        StorageSettings storage,
        TimeProvider clock,
        MinerMetrics? metrics = null,
        ILogger<ForecastScoring>? logger = null
    )
    {
        var prices = new TablePriceStore(new(storage), PriceSeries.Real, clock, NullLogger<TablePriceStore>.Instance);
        return new(
            new ScoringRun(new(storage), prices, PriceSeries.Real, clock),
            PriceSeries.Real,
            metrics ?? UnheardMetrics.New(),
            clock,
            logger ?? NullLogger<ForecastScoring>.Instance
        );
    }

    public Task ScoreAsync() => NewScoring(storage, clock).RunAsync(Ct);

    /// <summary>Scores until nothing is left.</summary>
    public async Task ScoreAllAsync()
    {
        for (var before = new ETag(); await CursorAsync() is var cursor && cursor != before; before = cursor)
        {
            await ScoreAsync();
        }
    }

    /// <summary>Observes prices; the poll of them is the clock's affair.</summary>
    public Task ObserveAsync(params PricePoint[] points) =>
        Prices.SaveAsync("coingecko", PriceHistory.Empty, PriceHistory.FromPoints(points), state => state, replaceHistory: false, Ct);

    /// <summary>The same by the chart, which fills gaps.</summary>
    public Task FillAsync(params PricePoint[] points)
    {
        var now = clock.GetUtcNow();
        return Prices.SaveAsync(
            "coingecko",
            PriceHistory.Empty,
            PriceHistory.FromPoints(points),
            state => state with { GapFilledAt = now },
            replaceHistory: false,
            Ct
        );
    }

    /// <summary>A forecast for an instant.</summary>
    public static ForecastRecord ForecastFor(DateTimeOffset target, double price = 7.1, double? last = 7.12, double halfWidth = 0.01) =>
        new(
            PriceSeries.Real,
            Model,
            target - Forecast.Horizon,
            new(price, PredictionInterval.Around(price, halfWidth)),
            TimeSpan.FromMilliseconds(12.5),
            "Alice"
        )
        {
            LastPrice = last,
            HasPermit = true,
        };

    public async Task RecordAsync(params IEnumerable<ForecastRecord> records)
    {
        foreach (var record in records)
        {
            await _log.RecordAsync(record, Ct);
        }
    }

    public async Task<TableEntity> ForecastRowAsync() => Assert.Single(await RowsAsync(Forecasts));

    /// <summary>The stored days, and not the cursor.</summary>
    public async Task<List<DayRow>> DayRowsAsync() =>
        [.. (await RowsAsync(Days)).Where(row => row.RowKey != TrackRecordKeys.Cursor).Select(row => DayRow.From(row)!)];

    public async Task<DayRow> DayRowAsync() => Assert.Single(await DayRowsAsync());

    public async Task<DayScore> DayAsync() => (await DayRowAsync()).Score(clock.GetUtcNow());

    /// <summary>Everything that the scoring writes, as text without what differs from run to run.</summary>
    public async Task<string> StateAsync()
    {
        var rows = (await RowsAsync(Forecasts)).Concat(await RowsAsync(Days));
        return string.Join(
            '\n',
            rows.Select(row =>
                $"{row.PartitionKey} {row.RowKey}: "
                + string.Join(
                    ", ",
                    row.Where(property => property.Key is not ("odata.etag" or "Timestamp" or "PartitionKey" or "RowKey"))
                        .OrderBy(property => property.Key, StringComparer.Ordinal)
                        .Select(property => $"{property.Key}={Shown(property.Value)}")
                )
            )
        );
    }

    public static async Task<List<TableEntity>> RowsAsync(TableClient table)
    {
        var rows = new List<TableEntity>();
        try
        {
            await foreach (var row in table.QueryAsync<TableEntity>(cancellationToken: Ct))
            {
                rows.Add(row);
            }
        }
        catch (RequestFailedException exception) when (exception.Status == 404)
        {
            // The table is made by the first write.
        }

        return rows;
    }

    private async Task<ETag> CursorAsync() =>
        (await RowsAsync(Days)).FirstOrDefault(row => row.RowKey == TrackRecordKeys.Cursor)?.ETag ?? new ETag("none");

    private static string Shown(object? value) =>
        value is byte[] bytes ? Convert.ToHexString(bytes) : Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture)!;
}
