using Azure;
using Azure.Data.Tables;
using Polly;
using Polly.Retry;

namespace Bittbridge.Miner.Storage;

/// <summary>
/// Updates a row that several instances write: read, change, write with the ETag that was read, and start over after a conflict.
/// </summary>
internal static class OptimisticUpdate
{
    /// <summary>The maximum number of attempts: enough for a dozen concurrent writers.</summary>
    public const int MaxAttempts = 24;

    private static readonly ResiliencePipeline UntilWritten = new ResiliencePipelineBuilder()
        .AddRetry(
            new RetryStrategyOptions
            {
                ShouldHandle = new PredicateBuilder().Handle<RequestFailedException>(IsConflict),
                MaxRetryAttempts = MaxAttempts - 1,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = TimeSpan.FromMilliseconds(5),
                // When storage is slow, conflicts last longer too.
                MaxDelay = TimeSpan.FromSeconds(1),
            }
        )
        .Build();

    /// <summary>
    /// Whether another writer was first: the row has changed, has appeared or was deleted. A missing table is no conflict.
    /// </summary>
    public static bool IsConflict(RequestFailedException exception) =>
        exception.Status is 404 or 409 or 412 && exception.ErrorCode != "TableNotFound";

    /// <param name="update">Reads, changes and writes once. It is called again after a conflict, so it must have no other side
    /// effects.</param>
    /// <param name="ct">Cancels the update.</param>
    /// <exception cref="RequestFailedException">Storage failed, or every attempt met a conflict.</exception>
    public static async Task<T> UpdateOptimisticallyAsync<T>(Func<CancellationToken, Task<T>> update, CancellationToken ct) =>
        await UntilWritten.ExecuteAsync(async token => await update(token), ct);

    /// <inheritdoc cref="UpdateOptimisticallyAsync{T}"/>
    public static async Task UpdateOptimisticallyAsync(Func<CancellationToken, Task> update, CancellationToken ct) =>
        await UntilWritten.ExecuteAsync(async token => await update(token), ct);

    /// <summary>Replaces the row that was read with this ETag; without an ETag, adds a new row.</summary>
    public static Task WriteAsync(this TableClient table, TableEntity entity, ETag? read, CancellationToken ct) =>
        read is { } etag ? table.UpdateEntityAsync(entity, etag, TableUpdateMode.Replace, ct) : table.AddEntityAsync(entity, ct);
}
