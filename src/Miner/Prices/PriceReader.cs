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
/// Holds the newest snapshot in memory and refreshes it in the background; at most one refresh runs at a time. A request that finds an old
/// snapshot waits a little for the refresh, since a poll may have stored a price since the last challenge. When storage fails, the snapshot
/// in memory stays.
/// </summary>
internal sealed class PriceReader : IPrices
{
    /// <summary>How long a snapshot that was read is fresh.</summary>
    public static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(5);

    /// <summary>How long a request waits for the read of a newer snapshot; storage usually answers within 10 ms.</summary>
    public static readonly TimeSpan MaxWait = TimeSpan.FromMilliseconds(150);

    /// <summary>How long to wait after a failed read.</summary>
    public static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(2);

    private readonly MinerTables _tables;
    private readonly PriceSeries _series;
    private readonly TimeProvider _clock;
    private readonly ILogger<PriceReader> _logger;
    private readonly PriceHistoryTable _history;
    private readonly BackgroundRefresh _refresh;
    private volatile PriceSnapshot? _snapshot;
    private volatile string? _failure;
    private ETag? _etag;

    public PriceReader(MinerTables tables, PriceSeries series, TimeProvider clock, ILogger<PriceReader> logger)
    {
        (_tables, _series, _clock, _logger) = (tables, series, clock, logger);
        (_history, _refresh) = (new(series, clock), new(ReadAsync, clock, logger));
    }

    public PriceSnapshot? InMemory => _snapshot;

    public string? LastReadFailure => _failure;

    public async ValueTask<PriceSnapshot?> CurrentAsync(CancellationToken ct)
    {
        var reading = _refresh.StartIfDue();
        if (_snapshot is null)
        {
            await reading.WaitAsync(ct);
        }
        else if (!reading.IsCompleted && _failure is null)
        {
            try
            {
                await reading.WaitAsync(MaxWait, _clock, ct);
            }
            catch (TimeoutException)
            {
                // The read goes on; this request is answered from memory.
            }
        }

        return _snapshot;
    }

    /// <summary>Reads once; the client's own timeout bounds it.</summary>
    private async Task<TimeSpan> ReadAsync()
    {
        try
        {
            var response = await _tables
                .ForRequests(MinerTables.Prices)
                .GetEntityIfExistsAsync<TableEntity>(_series.Name, PriceKeys.Snapshot);
            return await TakeAsync(response);
        }
        catch (RequestFailedException exception) when (exception.Status == 404)
        {
            // The first poll creates the table.
            return Succeed();
        }
        catch (Exception exception) when (StorageFailures.IsUnavailable(exception))
        {
            return Fail(StorageFailures.InWords(exception));
        }
    }

    private async Task<TimeSpan> TakeAsync(NullableResponse<TableEntity> response)
    {
        if (!response.HasValue || response.Value!.ETag == _etag)
        {
            return Succeed();
        }

        var now = _clock.GetUtcNow();
        var snapshot = PriceEntities.ToSnapshot(_series, response.Value, now);
        if (snapshot.IsWhole)
        {
            (_snapshot, _etag) = (Collapsed(snapshot), response.Value.ETag);
            return Succeed();
        }

        // The history in storage has the points that the damaged snapshot lost; memory has some of them.
        var oldest = now - (PriceSlot.Step * PriceSnapshot.Capacity);
        var rows = await _history.ReadAsync(_tables.ForRequests(MinerTables.Prices), oldest, now, CancellationToken.None);
        var known = _snapshot?.History ?? PriceHistory.Empty;
        var history = known.Merge(snapshot.History.Points()).Merge(rows.Points()).TakeLast(PriceSnapshot.Capacity);
        _snapshot = history.IsEmpty ? _snapshot : Collapsed(snapshot with { History = history });
        return Fail("the snapshot has an unknown format or is damaged; the next poll rebuilds it");
    }

    /// <summary>Removes the inner points of runs of equal prices, which would narrow the intervals.</summary>
    private static PriceSnapshot Collapsed(PriceSnapshot snapshot) =>
        snapshot.Series.IsReal ? snapshot with { History = StuckPrices.Collapse(snapshot.History) } : snapshot;

    private TimeSpan Succeed()
    {
        if (_failure is not null)
        {
            PriceLog.ReadAgain(_logger);
        }

        _failure = null;
        // While there is no snapshot, every request reads storage.
        return _snapshot is null ? TimeSpan.Zero : FreshFor;
    }

    private TimeSpan Fail(string failure)
    {
        if (_failure is null)
        {
            PriceLog.ReadFailed(_logger, failure);
        }

        _failure = failure;
        return PauseAfterFailure;
    }
}
