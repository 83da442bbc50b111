using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner.Storage;

/// <summary>
/// Refreshes a cached value in the background while requests use the cached one: one refresh at a time, and only when due. All requests
/// share a refresh, so no request can cancel it.
/// </summary>
/// <param name="refresh">Refreshes once and returns how long the result is fresh. It handles the failures that it expects.</param>
/// <param name="clock">The miner's clock.</param>
/// <param name="logger">Gets any other failure, because the task of a refresh may have no awaiter.</param>
internal sealed class BackgroundRefresh(Func<Task<TimeSpan>> refresh, TimeProvider clock, ILogger logger)
{
    /// <summary>The pause after an unexpected failure.</summary>
    public static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private Task _running = Task.CompletedTask;
    private TimeWindow _pause;

    /// <summary>The running refresh, or the last one.</summary>
    public Task Last
    {
        get
        {
            lock (_gate)
            {
                return _running;
            }
        }
    }

    /// <summary>Starts a refresh if one is due.</summary>
    /// <returns>The running refresh; a completed task when none is needed.</returns>
    public Task StartIfDue()
    {
        lock (_gate)
        {
            if (!_running.IsCompleted || _pause.Contains(clock.GetUtcNow()))
            {
                return _running;
            }

            return _running = Task.Run(RunAsync);
        }
    }

    private async Task RunAsync()
    {
        TimeSpan freshFor;
        try
        {
            freshFor = await refresh();
        }
#pragma warning disable CA1031
        catch (Exception exception)
#pragma warning restore CA1031
        {
            StorageLog.RefreshFailed(logger, exception, PauseAfterFailure.TotalSeconds);
            freshFor = PauseAfterFailure;
        }

        lock (_gate)
        {
            _pause = new(clock.GetUtcNow(), freshFor);
        }
    }
}
