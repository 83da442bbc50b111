using System.Diagnostics.CodeAnalysis;
using Azure;
using Azure.Data.Tables;
using Bittbridge.Miner.Storage;
using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner.Forecasting;

/// <summary>
/// One row of the table <c>forecasts</c> as this process knows it, and the records to write into it: the first answer to each caller.
/// Records that arrive during a write are batched into the next one. Every write is conditional on the row's ETag, since other instances
/// add callers to the same row. All records of a batch share its write, so no request can cancel it.
/// </summary>
[SuppressMessage(
    "Design",
    "CA1001:Types that own disposable fields should be disposable",
    Justification = "This semaphore holds no handle."
)]
internal sealed class ForecastRow(MinerTables tables, string partition, string key, TimeProvider clock, ILogger logger)
{
    /// <summary>The timeout of one write: about what the storage client takes for its retries.</summary>
    public static readonly TimeSpan MaxWriteTime = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The number of callers whose answers are kept; a row holds at most 252 properties. A caller with a permit displaces one without; the
    /// answers to callers beyond this number are only counted, one a caller in each write.
    /// </summary>
    public const int MaxCallers = 200;

    /// <summary>The partition key and the row key.</summary>
    private const int KeyProperties = 2;

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _turn = new(1);

    // Guarded by _gate.
    private Batch? _open;
    private HashSet<string> _callers = [];

    // Guarded by _turn.
    private TableEntity? _known;
    private ETag _etag;

    /// <summary>Writes an answer unless the row is known to hold one to the same caller.</summary>
    /// <param name="record">The answer.</param>
    /// <param name="ct">Ends the wait; the record is still written.</param>
    /// <returns>Ends once the row holds an answer to the record's caller; all records of a batch share it.</returns>
    public Task RecordAsync(ForecastRecord record, CancellationToken ct)
    {
        var caller = PropertyOf(record);
        Batch batch;
        bool isFirst;
        lock (_gate)
        {
            if (_callers.Contains(caller))
            {
                return Task.CompletedTask;
            }

            batch = _open ??= new();
            isFirst = batch.Records.Count == 0;
            if (batch.Callers.Add(caller))
            {
                batch.Records.Add(record);
            }
        }

        if (isFirst)
        {
            _ = CompleteAsync(batch);
        }

        return batch.Written.Task.WaitAsync(ct);
    }

    /// <summary>Writes the batch and tells the requests that wait for it. It throws nothing, because it has no awaiter.</summary>
    private async Task CompleteAsync(Batch batch)
    {
        try
        {
            await WriteInTurnAsync(batch);
            batch.Written.SetResult();
        }
#pragma warning disable CA1031
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogFailure(batch.Records[0].Target.Time, exception);
            batch.Written.SetException(exception);
            // Observe the exception, which would otherwise raise UnobservedTaskException.
            _ = batch.Written.Task.Exception;
        }
    }

    private async Task WriteInTurnAsync(Batch batch)
    {
        await _turn.WaitAsync();
        try
        {
            lock (_gate)
            {
                _open = null;
            }

            using var late = new CancellationTokenSource(MaxWriteTime, clock);
            await tables.UseAsync(MinerTables.Forecasts, table => WriteAsync(table, batch.Records, late.Token), late.Token);
        }
        finally
        {
            _turn.Release();
        }
    }

    private void LogFailure(DateTimeOffset slot, Exception exception)
    {
        if (StorageFailures.IsUnavailable(exception))
        {
            ForecastingLog.NotRecorded(logger, slot, StorageFailures.InWords(exception));
        }
        else
        {
            ForecastingLog.RecordingFailed(logger, exception, slot);
        }
    }

    private Task WriteAsync(TableClient table, List<ForecastRecord> records, CancellationToken ct)
    {
        var isStale = false;
        return OptimisticUpdate.UpdateOptimisticallyAsync(
            async token =>
            {
                try
                {
                    if (isStale)
                    {
                        var row = await table.GetEntityIfExistsAsync<TableEntity>(partition, key, cancellationToken: token);
                        Know(row.HasValue ? row.Value : null, row.HasValue ? row.Value!.ETag : null);
                    }

                    await WriteOnceAsync(table, records, token);
                }
                catch (RequestFailedException exception) when (OptimisticUpdate.IsConflict(exception))
                {
                    // Another instance was first, or the row was pruned.
                    isStale = true;
                    throw;
                }
                catch
                {
                    // The write may have succeeded even though its response was lost.
                    _known = null;
                    throw;
                }
            },
            ct
        );
    }

    private async Task WriteOnceAsync(TableClient table, List<ForecastRecord> records, CancellationToken ct)
    {
        if (_known is null)
        {
            var whole = ForecastEntity.Of(partition, key, records[0]);
            _ = Add(whole, records);
            Know(whole, (await table.AddEntityAsync(whole, ct)).Headers.ETag);
            return;
        }

        var changed = new TableEntity(_known);
        var (change, isReplaced) = Add(changed, records);
        if (change.Count == KeyProperties)
        {
            // The row already has an answer to each of these callers.
            return;
        }

        var (entity, mode) = isReplaced ? (changed, TableUpdateMode.Replace) : (change, TableUpdateMode.Merge);
        var response = await table.UpdateEntityAsync(entity, _etag, mode, ct);
        Know(changed, response.Headers.ETag);
    }

    private void Know(TableEntity? entity, ETag? etag)
    {
        (_known, _etag) = etag is { } tag ? (entity, tag) : (null, default);
        HashSet<string> callers = [.. _known?.Keys.Where(ForecastKeys.IsCaller) ?? []];
        lock (_gate)
        {
            _callers = callers;
        }
    }

    private static bool ComesFirst(ForecastRecord record) =>
        record.HasPermit || record.Caller is ForecastRecord.Unverified or ForecastRecord.Shadow;

    private static string PropertyOf(ForecastRecord record) => ForecastKeys.Caller(record.Caller, ComesFirst(record));

    /// <summary>Adds the answers that callers got, one per caller.</summary>
    /// <returns>The change alone, and whether a caller without a permit was removed, which requires replacing the whole row.</returns>
    private (TableEntity Change, bool IsReplaced) Add(TableEntity row, List<ForecastRecord> records)
    {
        var change = new TableEntity(partition, key);
        var isReplaced = false;
        var callers = row.Keys.Where(ForecastKeys.IsCaller).ToHashSet(StringComparer.Ordinal);
        foreach (var record in records)
        {
            var name = PropertyOf(record);
            if (callers.Contains(name))
            {
                continue;
            }

            if (callers.Count >= MaxCallers)
            {
                var more = row.Value<long>(ForecastKeys.MoreAnswers) is > 0 and var count ? count : 0;
                row[ForecastKeys.MoreAnswers] = change[ForecastKeys.MoreAnswers] = more + 1;
                if (
                    !ComesFirst(record)
                    || callers.FirstOrDefault(caller => caller.StartsWith(ForecastKeys.OtherPrefix, StringComparison.Ordinal))
                        is not { } other
                )
                {
                    continue;
                }

                callers.Remove(other);
                row.Remove(other);
                isReplaced = true;
            }

            callers.Add(name);
            row[name] = change[name] = ForecastEntity.Told(record);
        }

        return (change, isReplaced);
    }

    /// <summary>Records that are written together: one a caller, since a caller may ask again and again while storage is silent.</summary>
    private sealed class Batch
    {
        public List<ForecastRecord> Records { get; } = [];

        /// <summary>The properties of their callers. Guarded by the row's gate.</summary>
        public HashSet<string> Callers { get; } = new(StringComparer.Ordinal);

        public TaskCompletionSource Written { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
