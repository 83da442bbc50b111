using Azure.Data.Tables;
using Bittbridge.Miner.Prices;
using Bittbridge.Miner.Storage;
using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner.Forecasting;

/// <summary>
/// Stores answers in Table Storage: one row for each model and 5-minute slot, inserted with its first caller; <see cref="ForecastRow"/>
/// adds the other callers.
/// </summary>
internal sealed class TableForecastLog(MinerTables tables, TimeProvider clock, ILogger<TableForecastLog> logger) : IForecastLog
{
    /// <summary>Enough for some slots of a model with its shadows. A row that is evicted is read again.</summary>
    private const int MaxRows = 32;

    private readonly Lock _gate = new();
    private readonly Dictionary<(string Partition, string Row), ForecastRow> _rows = [];
    private readonly Queue<(string Partition, string Row)> _byAge = new();

    public Task RecordAsync(ForecastRecord record, CancellationToken ct) =>
        RowOf(ForecastKeys.Partition(record.Series, record.Target.Time), ForecastKeys.Row(record.Target, record.Model))
            .RecordAsync(record, ct);

    public Task<int> PruneAsync(PriceSeries series, DateTimeOffset before, CancellationToken ct) =>
        tables.UseAsync(MinerTables.Forecasts, table => PruneAsync(table, series, before, ct), ct);

    private static Task<int> PruneAsync(TableClient table, PriceSeries series, DateTimeOffset before, CancellationToken ct)
    {
        var (first, end) = (ForecastKeys.Partition(series, DateTimeOffset.UnixEpoch), ForecastKeys.Partition(series, before));
        return TablePruning.DropAsync(
            table,
            TableClient.CreateQueryFilter($"PartitionKey ge {first} and PartitionKey lt {end}"),
            int.MaxValue,
            ct
        );
    }

    private ForecastRow RowOf(string partition, string key)
    {
        lock (_gate)
        {
            if (!_rows.TryGetValue((partition, key), out var row))
            {
                if (_byAge.Count >= MaxRows)
                {
                    _rows.Remove(_byAge.Dequeue());
                }

                _rows[(partition, key)] = row = new(tables, partition, key, clock, logger);
                _byAge.Enqueue((partition, key));
            }

            return row;
        }
    }
}
