using Azure;
using Azure.Data.Tables;

namespace Bittbridge.Miner.Storage;

/// <summary>Deletes rows in batches of one partition.</summary>
internal static class TablePruning
{
    /// <summary>The maximum size of a batch.</summary>
    private const int Batch = 100;

    /// <summary>How many batches are deleted at once: all of a full page, which has 1,000 rows.</summary>
    private const int AtOnce = 10;

    /// <summary>
    /// Deletes the rows that match a filter, page after page in the order of their keys. Rows that another instance deletes at the same
    /// time are no failure.
    /// </summary>
    /// <param name="table">The table.</param>
    /// <param name="filter">The filter, from <see cref="TableClient.CreateQueryFilter(FormattableString)"/>.</param>
    /// <param name="atMost">No further page is read after this many deletions; a page holds 1,000 rows.</param>
    /// <param name="ct">Stops the run; another run can delete the rest.</param>
    /// <returns>How many rows were deleted.</returns>
    public static async Task<int> DropAsync(TableClient table, string filter, int atMost, CancellationToken ct)
    {
        var count = 0;
        await foreach (
            var page in table.QueryAsync<TableEntity>(filter, select: ["PartitionKey", "RowKey"], cancellationToken: ct).AsPages()
        )
        {
            await Parallel.ForEachAsync(
                page.Values.GroupBy(entity => entity.PartitionKey).SelectMany(partition => partition.Chunk(Batch)),
                new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = ct },
                async (batch, stop) => await DropAsync(table, batch, stop)
            );
            count += page.Values.Count;
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
            // Another instance deleted one of the rows first, and a batch succeeds as a whole or not at all.
            foreach (var entity in batch)
            {
                await table.DeleteEntityAsync(entity.PartitionKey, entity.RowKey, ETag.All, ct);
            }
        }
    }
}
