using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Storage;
using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner.Access;

/// <summary>
/// The subnet's list as a request sees it: from memory, with a look at what the other instances know behind the request's back. Only where
/// memory holds nothing to go by is storage waited for, within the budget; the chain never is.
/// </summary>
public sealed class ValidatorCache(
    IValidatorStore store,
    KnownValidators known,
    ValidatorRefresh refresh,
    MinerSettings settings,
    TimeProvider clock,
    ILogger<ValidatorCache> logger
)
{
    /// <summary>What was looked at in storage is not looked at again for so long.</summary>
    public static readonly TimeSpan FreshFor = TimeSpan.FromMinutes(1);

    /// <summary>Where storage fails or holds no list, it is left alone for so long.</summary>
    public static readonly TimeSpan PauseWithoutList = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private volatile string? _failure;
    private Task _looking = Task.CompletedTask;
    private DateTimeOffset _next = DateTimeOffset.MinValue;

    /// <summary>Why the last look at storage failed, in words; null when it did not.</summary>
    public string? LastLookFailure => _failure;

    /// <summary>
    /// The list in memory, with a look for a newer one begun behind the caller. Never waits; null when there is none that may be used.
    /// </summary>
    public ValidatorSnapshot? AtHand
    {
        get
        {
            LookIfDue();
            return known.Good;
        }
    }

    /// <summary>The list; null when there is none that may be used. Throws only for cancellation.</summary>
    public ValueTask<ValidatorSnapshot?> CurrentAsync(CancellationToken ct)
    {
        var looking = LookIfDue();
        return known.Good is { } list ? new(list)
            : looking.IsCompleted ? new(known.Good)
            : AfterAsync(looking, ct);
    }

    private async ValueTask<ValidatorSnapshot?> AfterAsync(Task looking, CancellationToken ct)
    {
        try
        {
            await looking.WaitAsync(settings.Budget, clock, ct);
        }
        catch (TimeoutException)
        {
            // The next caller finds what the look brings.
        }

        return known.Good;
    }

    private Task LookIfDue()
    {
        lock (_gate)
        {
            if (!_looking.IsCompleted || clock.GetUtcNow() < _next)
            {
                return _looking;
            }

            // The look belongs to every request at once, so none of them can cancel it; the client's own timeout bounds it.
            return _looking = Task.Run(LookAsync);
        }
    }

    private async Task LookAsync()
    {
        try
        {
            if (await store.LookAsync(CancellationToken.None) is { } record)
            {
                known.Take(record);
            }

            _failure = null;
        }
        catch (Exception exception) when (StorageFailures.IsOutOfReach(exception))
        {
            if (_failure is null)
            {
                AccessLog.StoreNotRead(logger, StorageFailures.InWords(exception));
            }

            _failure = StorageFailures.InWords(exception);
        }

        _next = clock.GetUtcNow() + (known.Good is null || _failure is not null ? PauseWithoutList : FreshFor);
        refresh.StartIfNeeded();
    }
}
