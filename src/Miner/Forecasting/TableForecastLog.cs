using Azure.Data.Tables;
using Bittbridge.Miner.Prices;
using Bittbridge.Miner.Storage;

namespace Bittbridge.Miner.Forecasting;

/// <summary>
/// Answers in Table Storage: a row for each model and 5-minute slot, inserted by its first asker; see <see cref="ForecastRow"/> for what
/// the others add.
/// </summary>
internal sealed class TableForecastLog(MinerTables tables) : IForecastLog
{
    /// <summary>Some slots of a model with its shadows; what is dropped is read again.</summary>
    private const int MaxRows = 32;

    private readonly Lock _gate = new();
    private readonly Dictionary<(string Partition, string Row), ForecastRow> _rows = [];
    private readonly Queue<(string Partition, string Row)> _byAge = new();

    public Task RecordAsync(ForecastRecord record, CancellationToken ct)
    {
        var row = RowOf(ForecastKeys.Partition(record.Series, record.Target.Time), ForecastKeys.Row(record.Target, record.Model));
        return tables.UseAsync(MinerTables.Forecasts, table => row.RecordAsync(table, record, ct), ct);
    }

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

                _rows[(partition, key)] = row = new(partition, key);
                _byAge.Enqueue((partition, key));
            }

            return row;
        }
    }
}
