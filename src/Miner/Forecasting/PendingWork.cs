using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner.Forecasting;

/// <summary>
/// Work that may outlast the request that began it, such as the write of a forecast's record. The stop of the miner waits for it. There is
/// never much of it: records share writes, and a shadow runs once a slot.
/// </summary>
internal sealed class PendingWork(TimeProvider clock, ILogger<PendingWork> logger) : IHostedService
{
    /// <summary>
    /// How long a stop waits at most. Writes that wait for storage go on while the rest of the miner stops, and a host allows 30 s for its
    /// whole stop.
    /// </summary>
    public static readonly TimeSpan MaxStop = TimeSpan.FromSeconds(4);

    private readonly Lock _gate = new();
    private readonly HashSet<Task> _running = [];

    /// <summary>Begins work that nobody awaits, and logs its failure.</summary>
    public void Begin(Func<Task> work) => Add(RunAsync(work));

    /// <summary>Runs work that a stop does not wait for. Logs its failure instead of throwing it.</summary>
    public async Task RunAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        // The answer was sent before, so a failure concerns neither its caller nor the work that follows.
#pragma warning disable CA1031
        catch (Exception exception)
#pragma warning restore CA1031
        {
            ForecastingLog.AfterAnswerFailed(logger, exception);
        }
    }

    /// <summary>Adds work whose failure is logged elsewhere.</summary>
    public void Add(Task work)
    {
        lock (_gate)
        {
            if (work.IsCompleted || !_running.Add(work))
            {
                return;
            }
        }

        _ = work.ContinueWith(Remove, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    /// <summary>Returns when nothing is pending, including what the pending work begins.</summary>
    public async Task FinishAsync(CancellationToken ct)
    {
        while (Running() is { Length: > 0 } running)
        {
            await Task.WhenAll(running).WaitAsync(ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            ct.ThrowIfCancellationRequested();
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(MaxStop, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            await FinishAsync(either.Token);
        }
        catch (OperationCanceledException)
        {
            ForecastingLog.StopsUnfinished(logger, Running().Length);
        }
    }

    private void Remove(Task work)
    {
        lock (_gate)
        {
            _running.Remove(work);
        }
    }

    private Task[] Running()
    {
        lock (_gate)
        {
            return [.. _running.Where(work => !work.IsCompleted)];
        }
    }
}
