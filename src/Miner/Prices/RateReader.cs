using Azure;
using Bittbridge.Miner.Prices.Store;
using Bittbridge.Miner.Prices.Sync;
using Bittbridge.Miner.Storage;
using Bittbridge.Models.Rates;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner.Prices;

/// <summary>
/// The offshore rates for forecasts: from memory, refreshed from storage in the background. A forecast never waits for them; without rates
/// it is that of the wrapped model. The first read begins when the miner starts.
/// </summary>
internal sealed class RateReader : IHostedService
{
    private static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(15);

    /// <summary>Longer outside the hours in which rates are polled, because nothing changes then.</summary>
    private static readonly TimeSpan FreshForBetween = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(5);

    private readonly TableRateStore _store;
    private readonly TimeProvider _clock;
    private readonly ILogger<RateReader> _logger;
    private readonly BackgroundRefresh _refresh;
    private volatile RateSnapshot? _snapshot;
    private volatile string? _failure;

    public RateReader(TableRateStore store, TimeProvider clock, ILogger<RateReader> logger)
    {
        (_store, _clock, _logger) = (store, clock, logger);
        _refresh = new(ReadAsync, clock, logger);
    }

    /// <summary>The rates in memory; starts a refresh when they are some seconds old.</summary>
    public RateHistory Rates
    {
        get
        {
            _ = _refresh.StartIfDue();
            return _snapshot?.Rates ?? RateHistory.Empty;
        }
    }

    /// <summary>Waits for a refresh if one is due, and returns the snapshot; null when there is none.</summary>
    public async Task<RateSnapshot?> CurrentAsync(CancellationToken ct)
    {
        await _refresh.StartIfDue().WaitAsync(ct);
        return _snapshot;
    }

    /// <summary>Why the last read failed, in words; null when it succeeded.</summary>
    public string? LastReadFailure => _failure;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _ = _refresh.StartIfDue();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private TimeSpan Fresh => RateHours.Matters(_clock.GetUtcNow()) ? FreshFor : FreshForBetween;

    private async Task<TimeSpan> ReadAsync()
    {
        try
        {
            _snapshot = await _store.ReadForRequestsAsync() ?? _snapshot;
            _failure = null;
            return Fresh;
        }
        catch (RequestFailedException exception) when (exception.Status == 404)
        {
            // The first poll creates the table.
            _failure = null;
            return Fresh;
        }
        catch (Exception exception) when (StorageFailures.IsUnavailable(exception))
        {
            var failure = StorageFailures.InWords(exception);
            if (_failure is null)
            {
                RateLog.ReadFailed(_logger, failure);
            }

            _failure = failure;
            return PauseAfterFailure;
        }
    }
}
