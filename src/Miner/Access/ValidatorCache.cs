using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Storage;
using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner.Access;

/// <summary>
/// The subnet's list as a request sees it: from memory, refreshed in the background from what the other instances know. A request waits for
/// storage only when memory holds no usable list, and within the budget; it never waits for the chain.
/// </summary>
internal sealed class ValidatorCache
{
    /// <summary>What was looked at in storage is not looked at again for so long.</summary>
    public static readonly TimeSpan FreshFor = TimeSpan.FromMinutes(1);

    /// <summary>Where storage fails or holds no list, it is left alone for so long.</summary>
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
        _refresh = new(LookAsync, clock);
    }

    /// <summary>Why the last look at storage failed, in words; null when it did not.</summary>
    public string? LastLookFailure => _failure;

    /// <summary>
    /// The list in memory, with a look for a newer one begun behind the caller. Never waits; null when there is none that may be used.
    /// </summary>
    public ValidatorSnapshot? AtHand
    {
        get
        {
            _refresh.StartIfDue();
            return _known.Good;
        }
    }

    /// <summary>The list; null when there is none that may be used. Throws only for cancellation.</summary>
    public ValueTask<ValidatorSnapshot?> CurrentAsync(CancellationToken ct)
    {
        var looking = _refresh.StartIfDue();
        return _known.Good is { } list ? new(list)
            : looking.IsCompleted ? new(_known.Good)
            : AfterAsync(looking, ct);
    }

    private async ValueTask<ValidatorSnapshot?> AfterAsync(Task looking, CancellationToken ct)
    {
        try
        {
            await looking.WaitAsync(_settings.Budget, _clock, ct);
        }
        catch (TimeoutException)
        {
            // The next caller finds what the look brings.
        }

        return _known.Good;
    }

    /// <summary>Looks once; the client's own timeout bounds it.</summary>
    private async Task<TimeSpan> LookAsync()
    {
        try
        {
            if (await _store.LookAsync(CancellationToken.None) is { } record)
            {
                _known.Take(record);
            }

            _failure = null;
        }
        catch (Exception exception) when (StorageFailures.IsOutOfReach(exception))
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
