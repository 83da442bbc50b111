using Microsoft.Extensions.Logging;
using NCrontab;

namespace Bittbridge.Miner;

/// <summary>Runs one piece of work at the times of an NCRONTAB expression, one run at a time; a run that is late or fails never stops the next.</summary>
/// <param name="name">What it is called in the log.</param>
/// <param name="expression">Six fields, in UTC.</param>
/// <param name="work">What is run.</param>
/// <param name="clock">Says when it is time.</param>
/// <param name="logger">Told of failures.</param>
public sealed class ScheduledWork(string name, string expression, Func<CancellationToken, Task> work, TimeProvider clock, ILogger logger)
{
    private readonly CrontabSchedule _schedule = CrontabSchedule.Parse(expression, new CrontabSchedule.ParseOptions { IncludingSeconds = true });

    /// <summary>The next time after <paramref name="now"/>.</summary>
    public DateTimeOffset Next(DateTimeOffset now) => new(_schedule.GetNextOccurrence(now.UtcDateTime), TimeSpan.Zero);

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            var now = clock.GetUtcNow();
            var wait = Next(now) - now;
            await Task.Delay(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, clock, ct).ConfigureAwait(false);
            await RunOnceAsync(ct).ConfigureAwait(false);
        }
    }

    /// <summary>Runs it now; a failure goes to the log.</summary>
    public async Task RunOnceAsync(CancellationToken ct)
    {
        try
        {
            await work(ct).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            throw;
        }
        // The next run is the remedy; the schedule must live.
#pragma warning disable CA1031
        catch (Exception exception)
#pragma warning restore CA1031
        {
            ScheduleLog.Failed(logger, exception, name);
        }
    }
}
