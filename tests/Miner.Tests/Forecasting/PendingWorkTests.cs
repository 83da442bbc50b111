using Bittbridge.Miner.Forecasting;
using Bittbridge.Miner.Tests.Replay;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Bittbridge.Miner.Tests.Forecasting;

public sealed class PendingWorkTests : IDisposable
{
    private readonly FakeTimeProvider _clock = new();
    private readonly KeptLog _log = new();
    private readonly LoggerFactory _loggers;
    private readonly PendingWork _pending;

    public PendingWorkTests()
    {
        _loggers = new([_log]);
        _pending = new(_clock, _loggers.CreateLogger<PendingWork>());
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_stop_waits_for_the_work_and_for_what_that_begins_four_seconds_at_most_and_the_log_says_so()
    {
        var (run, began) = (new TaskCompletionSource(), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        _pending.Begin(async () =>
        {
            await run.Task;
            _pending.Add(new TaskCompletionSource().Task);
            began.SetResult();
        });
        var stopping = _pending.StopAsync(Ct);
        run.SetResult();
        await began.Task.WaitAsync(TimeSpan.FromSeconds(60), Ct);

        _clock.Advance(TimeSpan.FromSeconds(4) - TimeSpan.FromMilliseconds(1));
        Assert.False(stopping.IsCompleted);
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        await stopping.WaitAsync(TimeSpan.FromSeconds(60), Ct);

        Assert.Equal([2014], _log.Lines.Select(line => line.Id));
    }

    [Fact]
    public async Task A_stop_does_not_wait_for_work_that_was_only_run_and_whose_failure_is_logged()
    {
        var work = new TaskCompletionSource();
        var running = _pending.RunAsync(() => work.Task);

        await _pending.StopAsync(Ct).WaitAsync(TimeSpan.FromSeconds(60), Ct);
        Assert.Empty(_log.Lines);

        work.SetException(new IOException("no space"));
        await running.WaitAsync(TimeSpan.FromSeconds(60), Ct);
        Assert.Equal([2013], _log.Lines.Select(line => line.Id));
    }

    [Fact]
    public async Task A_stop_ends_with_the_last_work_and_says_nothing()
    {
        var works = new[] { new TaskCompletionSource(), new TaskCompletionSource(), new TaskCompletionSource() };
        foreach (var work in works)
        {
            // All records of a batch share one write.
            _pending.Add(work.Task);
            _pending.Add(work.Task);
        }

        var stopping = _pending.StopAsync(Ct);
        works[0].SetResult();
        works[1].SetException(new IOException("no space"));
        Assert.False(stopping.IsCompleted);

        works[2].SetResult();
        await stopping.WaitAsync(TimeSpan.FromSeconds(60), Ct);
        Assert.Empty(_log.Lines);
    }

    [Fact]
    public async Task A_failure_that_nobody_awaits_is_logged()
    {
        _pending.Begin(() => throw new InvalidOperationException("odd"));

        await _pending.FinishAsync(Ct).WaitAsync(TimeSpan.FromSeconds(60), Ct);
        Assert.Equal([2013], _log.Lines.Select(line => line.Id));
    }

    public void Dispose() => _loggers.Dispose();
}
