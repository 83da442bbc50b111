namespace Bittbridge.Miner.Storage;

/// <summary>
/// Refreshes what is in memory behind the requests that are answered from it, one refresh at a time and not before it is due. A refresh
/// belongs to every request at once, so no request can cancel it.
/// </summary>
/// <param name="refresh">Refreshes once and returns how long the result is fresh. It must not throw.</param>
/// <param name="clock">The miner's clock.</param>
internal sealed class BackgroundRefresh(Func<Task<TimeSpan>> refresh, TimeProvider clock)
{
    private readonly Lock _gate = new();
    private Task _running = Task.CompletedTask;
    private DateTimeOffset _next = DateTimeOffset.MinValue;

    /// <summary>The refresh that is running, or the last one.</summary>
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
    /// <returns>The refresh that is running; a completed task where none is needed.</returns>
    public Task StartIfDue()
    {
        lock (_gate)
        {
            if (!_running.IsCompleted || clock.GetUtcNow() < _next)
            {
                return _running;
            }

            return _running = Task.Run(RunAsync);
        }
    }

    private async Task RunAsync()
    {
        var freshFor = await refresh();
        lock (_gate)
        {
            _next = clock.GetUtcNow() + freshFor;
        }
    }
}
