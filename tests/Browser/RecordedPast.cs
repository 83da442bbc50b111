using Azure.Data.Tables;
using Bittbridge.Bittensor.Keys;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Forecasting;
using Bittbridge.Miner.Prices;
using Bittbridge.Miner.Prices.Source;
using Bittbridge.Miner.Prices.Store;
using Bittbridge.Miner.Tests.Telemetry;
using Bittbridge.Miner.TrackRecord;
using Bittbridge.Models;
using Bittbridge.Models.BuiltIn;
using Bittbridge.Models.Forecasting;
using Bittbridge.Models.Intervals;
using Bittbridge.Models.Scoring;
using Bittbridge.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bittbridge.Browser.Tests;

/// <summary>
/// What a miner has behind it that was asked for weeks: generated prices as if they ended now, and what the models would have answered.
/// The last hours pass, like live answers, through the table of forecasts and the scoring; the days before are written as the scoring
/// does it.
/// </summary>
internal sealed class RecordedPast(StorageSettings storage, DateTimeOffset now)
{
    /// <summary>The prices, as the setting <c>Prices:Source</c> names them.</summary>
    public static string Prices => TestPrices.Path;

    private const string Shadow = "exponential-smoothing";

    private static readonly TimeSpan ScoredLive = TimeSpan.FromHours(6);

    private static readonly string[] Callers =
    [
        DevelopmentKey.Derive("//Alice").Address.ToString(),
        DevelopmentKey.Derive("//Charlie").Address.ToString(),
    ];

    private readonly PriceHistory _prices = Shifted(now);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Writes everything; the miner must have stored its prices before.</summary>
    public async Task WriteAsync()
    {
        var log = new TableForecastLog(new(storage), TimeProvider.System, NullLogger<TableForecastLog>.Instance);
        var rows = new Dictionary<string, DayRow>(StringComparer.Ordinal);
        foreach (var (name, role) in new[] { (BuiltInModels.Default, ForecastRole.Active), (Shadow, ForecastRole.Shadow) })
        {
            foreach (var record in await ForecastsAsync(BuiltInModels.Create().Single(model => model.Id.Name == name), role))
            {
                if (record.MadeAt + Forecast.Horizon > now - ScoredLive)
                {
                    await log.RecordAsync(record, Ct);
                }
                else
                {
                    Put(rows, record);
                }
            }
        }

        var days = new TableClient(storage.Location, storage.TablePrefix + "trackrecord");
        await days.CreateIfNotExistsAsync(Ct);
        foreach (var row in rows.Values)
        {
            await days.UpsertEntityAsync(row.ToEntity(PriceSeries.Recording.Name), TableUpdateMode.Replace, Ct);
        }

        await ScoreAsync(days);
    }

    private async Task ScoreAsync(TableClient days)
    {
        var clock = TimeProvider.System;
        var prices = new TablePriceStore(new(storage), PriceSeries.Recording, clock, NullLogger<TablePriceStore>.Instance);
        var scoring = new ForecastScoring(
            new ScoringRun(new(storage), prices, PriceSeries.Recording, clock),
            PriceSeries.Recording,
            UnheardMetrics.New(),
            clock,
            NullLogger<ForecastScoring>.Instance
        );
        string? before;
        var (cursor, runs) = ("", 0);
        do
        {
            Assert.True(++runs <= 100, "The scoring does not come to an end.");
            before = cursor;
            await scoring.RunAsync(Ct);
            var row = await days.GetEntityAsync<TableEntity>(PriceSeries.Recording.Name, TrackRecordKeys.Cursor, cancellationToken: Ct);
            cursor = row.Value.ETag.ToString();
        } while (cursor != before);
    }

    private async Task<List<ForecastRecord>> ForecastsAsync(IPredictionModel model, ForecastRole role)
    {
        var forecaster = new Forecaster(model, new CalibratedIntervalEstimator(ShippedCalibration.Value, IntervalAim.Coverage, 0.9, true));
        List<ForecastRecord> records = [];

        // Every slot of the last two days, and before that every second one, for the sake of time.
        for (var i = Forecaster.MaxHistory / 2; i < _prices.Count; i++)
        {
            var madeAt = _prices[i].Time;
            if (madeAt + Forecast.Horizon > now || (madeAt < now.AddDays(-2) && i % 2 == 0))
            {
                continue;
            }

            var forecast = await forecaster.ForecastAsync(madeAt, _prices, Ct) ?? throw new InvalidOperationException("No forecast.");
            records.Add(
                new(
                    PriceSeries.Recording,
                    model.Id,
                    madeAt,
                    forecast,
                    TimeSpan.FromMilliseconds(6 + (i * 7 % 11)),
                    role == ForecastRole.Shadow ? ForecastRecord.Shadow : Callers[i % 5 == 0 ? 1 : 0]
                )
                {
                    Role = role,
                    LastPrice = _prices[i].Cny,
                    HasPermit = true,
                }
            );
        }

        return records;
    }

    private void Put(Dictionary<string, DayRow> rows, ForecastRecord record)
    {
        var day = TrackRecordKeys.DayOf(record.Target);
        var key = TrackRecordKeys.Row(day, record.Model, record.Role);
        if (!rows.TryGetValue(key, out var row))
        {
            rows[key] = row = DayRow.New(day, record.Model, record.Role);
        }

        ScoredSlot? outcome = _prices.IndexNear(record.MadeAt + Forecast.Horizon) is >= 0 and var truth
            ? new(
                new ScoredForecast(
                    record.MadeAt,
                    record.Forecast.Price,
                    record.Forecast.Interval,
                    record.LastPrice!.Value,
                    _prices[truth].Cny
                ),
                _prices[truth].Time,
                (float)record.Latency.TotalMilliseconds
            )
            : null;
        row.Put(record.Target, outcome, record.Role == ForecastRole.Shadow ? [] : [record.Caller], 0);
    }

    private static PriceHistory Shifted(DateTimeOffset now)
    {
        var points = PriceCsv.Read(Prices, out var problem) ?? throw new InvalidOperationException(problem);
        var shift = PriceSlot.Step * Math.Floor((now - points[^1].Time) / PriceSlot.Step);
        return PriceHistory.FromPoints([.. points.Select(point => new PricePoint(point.Time + shift, point.Cny))]);
    }
}
