using Azure;
using Azure.Data.Tables;
using Bittbridge.Miner.Prices.Store;
using Bittbridge.Miner.Prices.Sync;
using Bittbridge.Miner.Prices.Validation;
using Bittbridge.Miner.Storage;
using Bittbridge.Models;
using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner.Prices;

/// <summary>
/// Holds the newest snapshot in memory and looks for a newer one behind the request's back, one look at a time. Storage that fails leaves
/// memory as it is.
/// </summary>
public sealed class PriceReader(MinerTables tables, PriceSeries series, TimeProvider clock, ILogger<PriceReader> logger) : IPrices
{
    /// <summary>What is younger than this is not looked at again.</summary>
    public static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(5);

    /// <summary>After a failure storage is left alone for so long.</summary>
    public static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly PriceHistoryTable _history = new(series, clock);
    private volatile PriceSnapshot? _snapshot;
    private volatile string? _failure;
    private Task? _reading;
    private ETag? _etag;
    private DateTimeOffset _next = DateTimeOffset.MinValue;

    public PriceSnapshot? InMemory => _snapshot;

    public string? LastReadFailure => _failure;

    public async ValueTask<PriceSnapshot?> CurrentAsync(CancellationToken ct)
    {
        var reading = ReadIfDue();
        if (_snapshot is null && reading is not null)
        {
            await reading.WaitAsync(ct);
        }

        return _snapshot;
    }

    private Task? ReadIfDue()
    {
        lock (_gate)
        {
            if (_reading is { IsCompleted: false } || clock.GetUtcNow() < _next)
            {
                return _reading;
            }

            // The read belongs to every request at once, so none of them can cancel it; the client's own timeout bounds it.
            return _reading = Task.Run(ReadAsync);
        }
    }

    private async Task ReadAsync()
    {
        try
        {
            var response = await tables.Swift(MinerTables.Prices).GetEntityIfExistsAsync<TableEntity>(series.Name, PriceKeys.Snapshot);
            await TakeAsync(response);
        }
        catch (RequestFailedException exception) when (exception.Status == 404)
        {
            // The table is made by the first poll.
            Succeed();
        }
        catch (Exception exception) when (StorageFailures.IsOutOfReach(exception))
        {
            Fail(StorageFailures.InWords(exception));
        }
    }

    private async Task TakeAsync(NullableResponse<TableEntity> response)
    {
        if (!response.HasValue || response.Value!.ETag == _etag)
        {
            Succeed();
            return;
        }

        var now = clock.GetUtcNow();
        var snapshot = PriceEntities.ToSnapshot(series, response.Value, now);
        if (snapshot.IsWhole)
        {
            (_snapshot, _etag) = (Collapsed(snapshot), response.Value.ETag);
            Succeed();
            return;
        }

        // What the snapshot has lost is in the history, and a part of it in memory.
        var oldest = now - (PriceSlot.Step * PriceSnapshot.Capacity);
        var rows = await _history.ReadAsync(tables.Swift(MinerTables.Prices), oldest, now, CancellationToken.None);
        var known = _snapshot?.History ?? PriceHistory.Empty;
        var history = known.Merge(snapshot.History.Points()).Merge(rows.Points()).TakeLast(PriceSnapshot.Capacity);
        _snapshot = history.IsEmpty ? _snapshot : Collapsed(snapshot with { History = history });
        Fail("the snapshot has an unknown format or is damaged; the next poll makes it again");
    }

    /// <summary>Without the inside of runs of equal prices, which would narrow the intervals.</summary>
    private static PriceSnapshot Collapsed(PriceSnapshot snapshot) =>
        snapshot.Series.IsReal ? snapshot with { History = StuckPrices.Collapse(snapshot.History) } : snapshot;

    private void Succeed()
    {
        if (_failure is not null)
        {
            PriceLog.ReadAgain(logger);
        }

        _failure = null;
        // Where there is nothing yet, the first price is waited for.
        _next = clock.GetUtcNow() + (_snapshot is null ? TimeSpan.Zero : FreshFor);
    }

    private void Fail(string failure)
    {
        if (_failure is null)
        {
            PriceLog.ReadFailed(logger, failure);
        }

        _failure = failure;
        _next = clock.GetUtcNow() + PauseAfterFailure;
    }
}
