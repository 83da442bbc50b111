using Azure;
using Azure.Data.Tables;
using Bittbridge.Miner.Storage;
using Bittbridge.Models;

namespace Bittbridge.Miner.Prices.Store;

/// <summary>
/// The history partitions: one a month, one row a slot. Only an observation nearer to the slot replaces a row, whichever instance writes
/// first.
/// </summary>
internal sealed class PriceHistoryTable(PriceSeries series, TimeProvider clock)
{
    private const int MaxBatchSize = 100;

    public async Task<PriceHistory> ReadAsync(TableClient table, DateTimeOffset from, DateTimeOffset to, CancellationToken ct)
    {
        var points = new List<PricePoint>();
        var (first, last) = (PriceSlot.NearestTo(from), PriceSlot.NearestTo(to));
        for (
            var month = new DateTimeOffset(first.Time.Year, first.Time.Month, 1, 0, 0, 0, TimeSpan.Zero);
            month <= last.Time;
            month = month.AddMonths(1)
        )
        {
            var partition = PriceKeys.Partition(series, PriceSlot.NearestTo(month));
            await foreach (var entity in RowsAsync(table, partition, first, last, ct))
            {
                if (PriceEntities.ToPoint(entity, clock.GetUtcNow()) is { } point)
                {
                    points.Add(point);
                }
            }
        }

        return PriceHistory.FromPoints(points);
    }

    /// <summary>The slot of the oldest row; null when there is none.</summary>
    public async Task<PriceSlot?> FirstSlotAsync(TableClient table, CancellationToken ct)
    {
        // Keys are sorted, and a year has four digits: the other series of the table are outside.
        var filter = TableClient.CreateQueryFilter($"PartitionKey ge {series + "-0"} and PartitionKey lt {series + "-:"}");
        await foreach (var entity in table.QueryAsync<TableEntity>(filter, maxPerPage: 1, ["RowKey"], ct))
        {
            return PriceKeys.SlotOf(entity.RowKey);
        }

        return null;
    }

    /// <summary>Stores the point nearest to each slot; after a conflict with another writer it reads again.</summary>
    public async Task WriteAsync(TableClient table, IEnumerable<PricePoint> points, string source, CancellationToken ct)
    {
        foreach (var month in points.GroupBy(point => PriceKeys.Partition(series, point.Slot)))
        {
            foreach (var batch in month.OrderBy(point => point.Time).Chunk(MaxBatchSize))
            {
                await WriteBatchAsync(table, month.Key, batch, source, ct);
            }
        }
    }

    private Task WriteBatchAsync(TableClient table, string partition, PricePoint[] points, string source, CancellationToken ct) =>
        OptimisticUpdate.UpdateOptimisticallyAsync(
            async token =>
            {
                var stored = new Dictionary<string, TableEntity>(StringComparer.Ordinal);
                await foreach (var entity in RowsAsync(table, partition, points[0].Slot, points[^1].Slot, token))
                {
                    stored[entity.RowKey] = entity;
                }

                var actions = points
                    .Select(point => Action(point, stored.GetValueOrDefault(PriceKeys.Row(point.Slot)), source))
                    .OfType<TableTransactionAction>()
                    .ToList();
                if (actions.Count > 0)
                {
                    await table.SubmitTransactionAsync(actions, token);
                }
            },
            ct
        );

    private TableTransactionAction? Action(PricePoint point, TableEntity? stored, string source)
    {
        var known = stored is null ? null : PriceEntities.ToPoint(stored, clock.GetUtcNow());
        var kept = known is { } old ? PricePoint.Prefer(old, point) : point;
        return stored is null ? new(TableTransactionActionType.Add, PriceEntities.From(series, kept, source))
            : kept == known ? null
            : new(TableTransactionActionType.UpdateReplace, PriceEntities.From(series, kept, source), stored.ETag);
    }

    private static AsyncPageable<TableEntity> RowsAsync(
        TableClient table,
        string partition,
        PriceSlot first,
        PriceSlot last,
        CancellationToken ct
    ) =>
        table.QueryAsync<TableEntity>(
            TableClient.CreateQueryFilter(
                $"PartitionKey eq {partition} and RowKey ge {PriceKeys.Row(first)} and RowKey le {PriceKeys.Row(last)}"
            ),
            cancellationToken: ct
        );
}
