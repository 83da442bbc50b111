using System.Globalization;
using Azure;
using Azure.Data.Tables;

namespace Bittbridge.Miner;

/// <summary>Answers in Table Storage: a row for each model and 5-minute mark, inserted by its first asker; every asker adds a property with what it was told.</summary>
public sealed class TableForecastLog(MinerTables tables) : IForecastLog
{
    public Task RecordAsync(ForecastRecord record, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(record);
        return tables.UseAsync(MinerTables.Forecasts, table => RecordAsync(table, record, ct), ct);
    }

    public Task<int> PruneAsync(PriceSeries series, DateTimeOffset before, CancellationToken ct) =>
        tables.UseAsync(MinerTables.Forecasts, table => PruneAsync(table, series, before, ct), ct);

    private static Task<int> PruneAsync(TableClient table, PriceSeries series, DateTimeOffset before, CancellationToken ct)
    {
        var (first, end) = (ForecastKeys.Partition(series, DateTimeOffset.UnixEpoch), ForecastKeys.Partition(series, before));
        return TablePruning.DropAsync(table, TableClient.CreateQueryFilter($"PartitionKey ge {first} and PartitionKey lt {end}"), int.MaxValue, ct);
    }

    private static async Task RecordAsync(TableClient table, ForecastRecord record, CancellationToken ct)
    {
        var (partition, row, asker) = (ForecastKeys.Partition(record.Series, record.Target.Time), ForecastKeys.Row(record.Target, record.Model), ForecastKeys.Asker(record.Asker));
        var told = Told(record);
        var whole = new TableEntity(partition, row)
        {
            ["MadeAt"] = record.MadeAt,
            ["Price"] = record.Forecast.Price,
            ["Lower"] = record.Forecast.Interval?.Lower,
            ["Upper"] = record.Forecast.Interval?.Upper,
            ["Model"] = record.Model.Name,
            ["Version"] = record.Model.Version,
            ["Calibration"] = record.Calibration?.ToString(),
            ["LatencyMs"] = record.Latency.TotalMilliseconds,
            [asker] = told,
        };
        try
        {
            await table.AddEntityAsync(whole, ct).ConfigureAwait(false);
        }
        catch (RequestFailedException exception) when (exception.Status == 409)
        {
            await table.UpdateEntityAsync(new TableEntity(partition, row) { [asker] = told }, ETag.All, TableUpdateMode.Merge, ct).ConfigureAwait(false);
        }
    }

    /// <summary>When it was made, price, lower and upper bound, milliseconds: what this asker was told, which may differ from what the first was.</summary>
    private static string Told(ForecastRecord record) => string.Create(CultureInfo.InvariantCulture,
        $"{record.MadeAt:O} {record.Forecast.Price:R} {record.Forecast.Interval?.Lower:R} {record.Forecast.Interval?.Upper:R} {record.Latency.TotalMilliseconds:0.###}");
}
