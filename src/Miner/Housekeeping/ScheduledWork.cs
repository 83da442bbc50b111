using Microsoft.Extensions.Logging;
using NCrontab;

namespace Bittbridge.Miner.Housekeeping;

/// <summary>
/// Runs work at the times of an NCRONTAB expression, one run at a time. A late or failed run never prevents the next one.
/// </summary>
/// <param name="name">Its name in the log.</param>
/// <param name="expression">Six fields, in UTC.</param>
/// <param name="work">The work.</param>
/// <param name="clock">The miner's clock.</param>
/// <param name="logger">Receives failures.</param>
internal sealed class ScheduledWork(string name, string expression, Func<CancellationToken, Task> work, TimeProvider clock, ILogger logger)
{
    // The clock is read again this often: it may have been set meanwhile.
    private static readonly TimeSpan MaxWait = TimeSpan.FromMinutes(1);

    private readonly CrontabSchedule _schedule = Parse(expression);

    /// <summary>The next time after <paramref name="now"/>.</summary>
    public DateTimeOffset Next(DateTimeOffset now) => Next(_schedule, now);

    /// <summary>A schedule of six fields, with the seconds first.</summary>
    public static CrontabSchedule Parse(string expression) =>
        CrontabSchedule.Parse(expression, new CrontabSchedule.ParseOptions { IncludingSeconds = true });

    /// <summary>The next time of a schedule after <paramref name="now"/>, in UTC.</summary>
    public static DateTimeOffset Next(CrontabSchedule schedule, DateTimeOffset now) =>
        new(schedule.GetNextOccurrence(now.UtcDateTime), TimeSpan.Zero);

    /// <summary>Whether the schedule has any time at all: 30 February never occurs.</summary>
    public static bool Occurs(CrontabSchedule schedule)
    {
        // The weekdays of 29 February repeat every 28 years.
        var (from, to) = (new DateTime(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc), new DateTime(2030, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        return schedule.GetNextOccurrence(from, to) < to;
    }

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            await WaitAsync(ct);
            await RunOnceAsync(ct);
        }
    }

    /// <summary>Waits for the next time. After the clock was set back, that is the next one of the corrected clock.</summary>
    private async Task WaitAsync(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var due = Next(now);
        while (now < due)
        {
            var wait = due - now;
            await Task.Delay(wait < MaxWait ? wait : MaxWait, clock, ct);
            now = clock.GetUtcNow();
            var next = Next(now);
            due = next < due ? next : due;
        }
    }

    /// <summary>Runs the work now and logs a failure.</summary>
    public async Task RunOnceAsync(CancellationToken ct)
    {
        try
        {
            await work(ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            throw;
        }
        // The next run retries; the schedule must continue.
#pragma warning disable CA1031
        catch (Exception exception)
#pragma warning restore CA1031
        {
            HousekeepingLog.Failed(logger, exception, name);
        }
    }
}
