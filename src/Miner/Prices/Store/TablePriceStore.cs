using Azure;
using Azure.Data.Tables;
using Bittbridge.Miner.Prices.Sync;
using Bittbridge.Miner.Prices.Validation;
using Bittbridge.Miner.Storage;
using Bittbridge.Models;
using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner.Prices.Store;

/// <summary>Prices in Table Storage: one snapshot entity, written with its ETag, and the history.</summary>
internal sealed class TablePriceStore(MinerTables tables, PriceSeries series, TimeProvider clock, ILogger<TablePriceStore> logger)
    : IPriceStore
{
    private readonly PriceHistoryTable _history = new(series, clock);

    public async Task<PriceSnapshot?> ReadAsync(CancellationToken ct) =>
        (await tables.UseAsync(MinerTables.Prices, table => ReadAsync(table, PriceEntities.ToSnapshot, ct), ct)).Snapshot;

    public Task<PriceHistory> ReadHistoryAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken ct) =>
        tables.UseAsync(MinerTables.Prices, table => _history.ReadAsync(table, from, to, ct), ct);

    public Task SaveAsync(
        string source,
        PriceHistory before,
        PriceHistory after,
        Func<PollState, PollState> poll,
        bool replaceHistory,
        CancellationToken ct
    )
    {
        return tables.UseAsync(
            MinerTables.Prices,
            async table =>
            {
                await _history.WriteAsync(table, after.Points().Except(before.Points()), source, ct);
                await WriteSnapshotAsync(table, source, after, poll, replaceHistory, ct);
            },
            ct
        );
    }

    public Task<bool> TryClaimPollAsync(TimeSpan length, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        return TryClaimAsync(PriceKeys.Claim, now, at => at <= now + PriceCheck.Ahead && now - at < length, ct);
    }

    public Task<bool> TryClaimScheduledPollAsync(DateTimeOffset next, CancellationToken ct) =>
        TryClaimAsync(PriceKeys.ScheduledClaim, next, claimed => claimed == next, ct);

    private Task<bool> TryClaimAsync(string row, DateTimeOffset at, Func<DateTimeOffset, bool> isTaken, CancellationToken ct) =>
        tables.UseAsync(
            MinerTables.Prices,
            async table =>
            {
                var stored = await table.GetEntityIfExistsAsync<TableEntity>(series.Name, row, cancellationToken: ct);
                if (stored.HasValue && stored.Value!.Value<DateTimeOffset>("At") is { } claimed && isTaken(claimed))
                {
                    return false;
                }

                var claim = new TableEntity(series.Name, row) { ["At"] = at };
                try
                {
                    await table.WriteAsync(claim, stored.HasValue ? stored.Value!.ETag : null, ct);
                    return true;
                }
                catch (RequestFailedException exception) when (OptimisticUpdate.IsConflict(exception))
                {
                    // Another instance was first.
                    return false;
                }
            },
            ct
        );

    private Task WriteSnapshotAsync(
        TableClient table,
        string source,
        PriceHistory after,
        Func<PollState, PollState> poll,
        bool replaceHistory,
        CancellationToken ct
    ) =>
        OptimisticUpdate.UpdateOptimisticallyAsync(
            async token =>
            {
                var (stored, etag) = await ReadAsync(table, PriceEntities.ToUpdate, token);
                var history = (replaceHistory ? after : (stored?.History ?? PriceHistory.Empty).Merge(after.Points())).TakeLast(
                    PriceSnapshot.Capacity
                );
                await table.WriteAsync(PriceEntities.From(new(series, source, history, poll(stored?.Poll ?? new()))), etag, token);
            },
            ct
        );

    /// <summary>The ETag is returned even when the snapshot is damaged, so that it can be replaced.</summary>
    private async Task<(PriceSnapshot? Snapshot, ETag? ETag)> ReadAsync(
        TableClient table,
        Func<PriceSeries, TableEntity, DateTimeOffset, PriceSnapshot> read,
        CancellationToken ct
    )
    {
        var response = await table.GetEntityIfExistsAsync<TableEntity>(series.Name, PriceKeys.Snapshot, cancellationToken: ct);
        if (!response.HasValue)
        {
            return (null, null);
        }

        var snapshot = read(series, response.Value!, clock.GetUtcNow());
        if (!snapshot.IsWhole)
        {
            PriceLog.SnapshotDamaged(logger, series);
        }

        return (snapshot, response.Value!.ETag);
    }
}
