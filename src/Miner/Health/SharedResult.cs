namespace Bittbridge.Miner.Health;

/// <summary>Makes a result at most once in a while, however many callers ask.</summary>
/// <param name="make">Makes it. All callers share a run, so none of them can cancel it; it bounds its own waits.</param>
/// <param name="freshFor">How long a result is reused, from the start of its run.</param>
/// <param name="clock">The miner's clock.</param>
internal sealed class SharedResult<T>(Func<Task<T>> make, TimeSpan freshFor, TimeProvider clock)
{
    private readonly Lock _gate = new();
    private Task<T>? _running;
    private long _started;

    /// <param name="ct">Ends the wait of this caller only.</param>
    public Task<T> GetAsync(CancellationToken ct)
    {
        lock (_gate)
        {
            if (_running is null || (_running.IsCompleted && clock.GetElapsedTime(_started) >= freshFor))
            {
                _started = clock.GetTimestamp();
                _running = Task.Run(make, CancellationToken.None);
            }

            return _running.WaitAsync(ct);
        }
    }
}
