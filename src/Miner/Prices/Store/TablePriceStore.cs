using Azure;
using Azure.Data.Tables;
using Bittbridge.Models;
using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner;

/// <summary>Prices in Table Storage: one snapshot entity, written under its ETag, and the history beside it.</summary>
public sealed class TablePriceStore(MinerTables tables, PriceSeries series, ILogger<TablePriceStore> logger) : IPriceStore
{
    private const int Attempts = 8;

    private readonly PriceHistoryTable _history = new(series);

    public async Task<PriceSnapshot?> ReadAsync(CancellationToken ct)
    {
        var table = await tables.PatientAsync(MinerTables.Prices, ct).ConfigureAwait(false);
        return (await ReadAsync(table, ct).ConfigureAwait(false)).Snapshot;
    }

    public async Task<PriceHistory> ReadHistoryAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken ct)
    {
        var table = await tables.PatientAsync(MinerTables.Prices, ct).ConfigureAwait(false);
        return await _history.ReadAsync(table, from, to, ct).ConfigureAwait(false);
    }

    public async Task SaveAsync(string source, PriceHistory before, PriceHistory after, Func<PollState, PollState> poll, bool replaceHistory, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        ArgumentNullException.ThrowIfNull(poll);
        try
        {
            var table = await tables.PatientAsync(MinerTables.Prices, ct).ConfigureAwait(false);
            await _history.WriteAsync(table, after.Points().Except(before.Points()), source, ct).ConfigureAwait(false);
            await WriteSnapshotAsync(table, source, after, poll, replaceHistory, ct).ConfigureAwait(false);
        }
        catch (RequestFailedException exception) when (exception.ErrorCode == "TableNotFound")
        {
            tables.Forget(MinerTables.Prices);
            throw;
        }
    }

    private async Task WriteSnapshotAsync(TableClient table, string source, PriceHistory after, Func<PollState, PollState> poll, bool replaceHistory, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            var (stored, etag) = await ReadAsync(table, ct).ConfigureAwait(false);
            var history = replaceHistory ? after : (stored?.History ?? PriceHistory.Empty).Merge(after.Points());
            var entity = PriceEntities.From(new(series, source, history.TakeLast(PriceSnapshot.Capacity), poll(stored?.Poll ?? new())));
            try
            {
                await (etag is { } tag ? table.UpdateEntityAsync(entity, tag, TableUpdateMode.Replace, ct) : table.AddEntityAsync(entity, ct)).ConfigureAwait(false);
                return;
            }
            catch (RequestFailedException exception) when (exception.Status is 404 or 409 or 412 && exception.ErrorCode != "TableNotFound" && attempt < Attempts)
            {
                // Another writer was first: merge with what it wrote.
            }
        }
    }

    /// <summary>The ETag is there even when the snapshot is damaged, so that it can be replaced.</summary>
    private async Task<(PriceSnapshot? Snapshot, ETag? ETag)> ReadAsync(TableClient table, CancellationToken ct)
    {
        var response = await table.GetEntityIfExistsAsync<TableEntity>(series.Name, PriceKeys.Snapshot, cancellationToken: ct).ConfigureAwait(false);
        if (!response.HasValue)
        {
            return (null, null);
        }

        var (snapshot, isWhole) = PriceEntities.ToSnapshot(series, response.Value!);
        if (!isWhole)
        {
            PriceLog.SnapshotDamaged(logger, series);
        }

        return (snapshot, response.Value!.ETag);
    }
}
