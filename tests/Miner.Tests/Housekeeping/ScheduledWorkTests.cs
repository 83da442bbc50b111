using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Housekeeping;
using Bittbridge.Miner.Tests.Prices;
using Bittbridge.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Bittbridge.Miner.Tests.Housekeeping;

public sealed class ScheduledWorkTests
{
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 23, 10, 3, 0, TimeSpan.Zero));

    [Fact]
    public void The_default_schedule_polls_fifteen_seconds_before_each_mark_around_the_clock()
    {
        var work = Work(new PriceSettings().Schedule, _ => Task.CompletedTask);
        var time = new DateTimeOffset(2026, 11, 23, 0, 0, 0, TimeSpan.Zero);
        var runs = new List<DateTimeOffset>();
        while (runs.Count <= 288 && (time = work.Next(time)) < new DateTimeOffset(2026, 11, 24, 0, 0, 0, TimeSpan.Zero))
        {
            runs.Add(time);
        }

        Assert.Equal(288, runs.Count);
        Assert.Every(runs, run => Assert.Equal(4 * 60 + 45, (run.Minute % 5 * 60) + run.Second));
    }

    [Fact]
    public async Task Work_runs_at_its_time_and_a_failure_does_not_stop_the_next()
    {
        var ran = new SemaphoreSlim(0);
        var count = 0;
        var work = Work(
            new PriceSettings().Schedule,
            _ =>
            {
                var isFirst = ++count == 1;
                ran.Release();
                return isFirst ? throw new InvalidOperationException("the first fails") : Task.CompletedTask;
            }
        );
        using var stop = new CancellationTokenSource();
        var running = work.RunAsync(stop.Token);

        _clock.Advance(TimeSpan.FromSeconds(104));
        Assert.Equal(0, count);
        await AdvanceUntilRunAsync(ran);
        await AdvanceUntilRunAsync(ran);
        Assert.Equal(2, count);

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            running.WaitAsync(TimeSpan.FromMinutes(3), TestContext.Current.CancellationToken)
        );
    }

    [Theory]
    [InlineData(8)]
    [InlineData(366 * 24)]
    public async Task After_the_clock_was_set_back_work_runs_at_the_next_time_of_the_corrected_clock(int hours)
    {
        var ran = new SemaphoreSlim(0);
        var work = Work(
            new PriceSettings().Schedule,
            _ =>
            {
                ran.Release();
                return Task.CompletedTask;
            }
        );
        using var stop = new CancellationTokenSource();
        var running = work.RunAsync(stop.Token);

        var back = _clock.GetUtcNow().AddHours(-hours);
        _clock.AdjustTime(back);
        await AdvanceUntilRunAsync(ran);
        Assert.True(_clock.GetUtcNow() - back >= TimeSpan.FromSeconds(105));

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            running.WaitAsync(TimeSpan.FromMinutes(3), TestContext.Current.CancellationToken)
        );
    }

    [Fact]
    public async Task Each_time_has_one_run()
    {
        var clock = new WatchedClock();
        var start = clock.GetUtcNow();
        var runs = new List<DateTimeOffset>();
        var work = new ScheduledWork(
            "test",
            new PriceSettings().Schedule,
            _ =>
            {
                runs.Add(clock.GetUtcNow());
                return Task.CompletedTask;
            },
            clock,
            NullLogger.Instance
        );
        using var stop = new CancellationTokenSource();
        var running = work.RunAsync(stop.Token);

        // It starts at a time of the schedule, and looks at the clock each minute.
        for (var minute = 0; minute < 40; minute++)
        {
            await clock.WaitBeginsAsync(TimeSpan.FromMinutes(1));
            clock.Advance(TimeSpan.FromMinutes(1));
        }

        await clock.WaitBeginsAsync(TimeSpan.FromMinutes(1));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            running.WaitAsync(TimeSpan.FromMinutes(3), TestContext.Current.CancellationToken)
        );
        Assert.Equal(Enumerable.Range(1, 8).Select(run => start.AddMinutes(5 * run)), runs);
    }

    /// <summary>The loop asks for its next delay on a thread of its own, so the clock goes on until it has.</summary>
    private async Task AdvanceUntilRunAsync(SemaphoreSlim ran)
    {
        var end = _clock.GetUtcNow().AddHours(1);
        while (!await ran.WaitAsync(TimeSpan.FromMilliseconds(5), TestContext.Current.CancellationToken))
        {
            Assert.True(_clock.GetUtcNow() < end, "It has not run for an hour.");
            _clock.Advance(TimeSpan.FromSeconds(1));
        }
    }

    private ScheduledWork Work(string expression, Func<CancellationToken, Task> run) =>
        new("test", expression, run, _clock, NullLogger.Instance);
}
