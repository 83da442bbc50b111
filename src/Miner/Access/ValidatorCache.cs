using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Storage;
using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner.Access;

/// <summary>
/// The validator list for requests: from memory, refreshed in the background from storage. A request waits for storage only when memory
/// holds no valid list, and within its budget. It never waits for the chain.
/// </summary>
internal sealed class ValidatorCache
{
    /// <summary>How long a list that was read from storage is fresh.</summary>
    public static readonly TimeSpan FreshFor = TimeSpan.FromMinutes(1);

    /// <summary>How long to wait with the next read after storage failed or had no list.</summary>
    public static readonly TimeSpan PauseWithoutList = TimeSpan.FromSeconds(2);

    private readonly IValidatorStore _store;
    private readonly KnownValidators _known;
    private readonly ValidatorRefresh _chain;
    private readonly MinerSettings _settings;
    private readonly TimeProvider _clock;
    private readonly ILogger<ValidatorCache> _logger;
    private readonly BackgroundRefresh _refresh;
    private volatile string? _failure;

    public ValidatorCache(
        IValidatorStore store,
        KnownValidators known,
        ValidatorRefresh chain,
        MinerSettings settings,
        TimeProvider clock,
        ILogger<ValidatorCache> logger
    )
    {
        (_store, _known, _chain, _settings, _clock, _logger) = (store, known, chain, settings, clock, logger);
        _refresh = new(RefreshAsync, clock, logger);
    }

    /// <summary>Why the last read of storage failed, in words; null when it succeeded.</summary>
    public string? LastReadFailure => _failure;

    /// <summary>
    /// The list in memory; starts a background read of storage when one is due. Never waits; null when there is no valid list.
    /// </summary>
    public ValidatorSnapshot? Snapshot
    {
        get
        {
            _refresh.StartIfDue();
            return _known.Good;
        }
    }

    /// <summary>The list; null when there is no valid one. Throws only for cancellation.</summary>
    public ValueTask<ValidatorSnapshot?> CurrentAsync(CancellationToken ct)
    {
        var refreshing = _refresh.StartIfDue();
        return _known.Good is { } list ? new(list)
            : refreshing.IsCompleted ? new(_known.Good)
            : AfterAsync(refreshing, ct);
    }

    private async ValueTask<ValidatorSnapshot?> AfterAsync(Task refreshing, CancellationToken ct)
    {
        try
        {
            await refreshing.WaitAsync(_settings.Budget, _clock, ct);
        }
        catch (TimeoutException)
        {
            // The next caller gets the result of this read.
        }

        return _known.Good;
    }

    /// <summary>Reads once; the client's own timeout bounds it.</summary>
    private async Task<TimeSpan> RefreshAsync()
    {
        try
        {
            if (await _store.ReadForRequestAsync(CancellationToken.None) is { } record)
            {
                _known.Take(record);
            }

            _failure = null;
        }
        catch (Exception exception) when (StorageFailures.IsUnavailable(exception))
        {
            if (_failure is null)
            {
                AccessLog.StoreNotRead(_logger, StorageFailures.InWords(exception));
            }

            _failure = StorageFailures.InWords(exception);
        }

        _chain.StartIfNeeded();
        return _known.Good is null || _failure is not null ? PauseWithoutList : FreshFor;
    }
}
