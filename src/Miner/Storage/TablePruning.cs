using Azure;
using Azure.Data.Tables;

namespace Bittbridge.Miner.Storage;

/// <summary>Drops rows in batches of one partition.</summary>
internal static class TablePruning
{
    /// <summary>The most that a batch may hold.</summary>
    private const int Batch = 100;

    /// <summary>
    /// Drops the rows that a filter names, in the order of their keys. What another drops at the same time is no failure.
    /// </summary>
    /// <param name="table">The table.</param>
    /// <param name="filter">Which rows, as <see cref="TableClient.CreateQueryFilter(FormattableString)"/> gives it.</param>
    /// <param name="atMost">When so many are dropped, no further page is read: a page holds 1,000 rows.</param>
    /// <param name="ct">Stops it; what is left can be dropped by another run.</param>
    /// <returns>How many were dropped.</returns>
    public static async Task<int> DropAsync(TableClient table, string filter, int atMost, CancellationToken ct)
    {
        var count = 0;
        await foreach (
            var page in table.QueryAsync<TableEntity>(filter, select: ["PartitionKey", "RowKey"], cancellationToken: ct).AsPages()
        )
        {
            foreach (var batch in page.Values.GroupBy(entity => entity.PartitionKey).SelectMany(partition => partition.Chunk(Batch)))
            {
                await DropAsync(table, batch, ct);
                count += batch.Length;
            }

            if (count >= atMost)
            {
                break;
            }
        }

        return count;
    }

    private static async Task DropAsync(TableClient table, TableEntity[] batch, CancellationToken ct)
    {
        try
        {
            await table.SubmitTransactionAsync(
                batch.Select(entity => new TableTransactionAction(TableTransactionActionType.Delete, entity, ETag.All)),
                ct
            );
        }
        catch (TableTransactionFailedException exception) when (exception.Status == 404)
        {
            // Another was faster with one of them, and a batch is dropped whole or not at all.
            foreach (var entity in batch)
            {
                await table.DeleteEntityAsync(entity.PartitionKey, entity.RowKey, ETag.All, ct);
            }
        }
    }
}
