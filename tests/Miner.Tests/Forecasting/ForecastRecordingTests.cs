using Bittbridge.Miner.Forecasting;
using Bittbridge.Miner.Prices;
using Bittbridge.Miner.Tests.Http;
using Bittbridge.Miner.Tests.Replay;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Bittbridge.Miner.Tests.Forecasting;

public sealed class ForecastRecordingTests : IDisposable
{
    private static readonly DateTimeOffset MadeAt = new(2026, 11, 23, 10, 4, 58, TimeSpan.Zero);

    private readonly FakeTimeProvider _clock = new(MadeAt);
    private readonly KeptLog _log = new();
    private readonly PendingWork _pending;

    public ForecastRecordingTests() => _pending = new(_clock, NullLogger<PendingWork>.Instance);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _log.Dispose();

    [Fact]
    public async Task A_request_waits_five_seconds_for_a_write_that_hangs_and_the_log_says_so()
    {
        using var loggers = new LoggerFactory([_log]);
        var recording = Recording(loggers, new TaskCompletionSource().Task);

        await AssertWaitsAsync(recording, TimeSpan.FromSeconds(5));

        var (id, text) = Assert.Single(_log.Lines);
        Assert.Equal(2009, id);
        Assert.EndsWith("within 5 s; until a write succeeds, each request waits only 0.25 s for its own", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task After_a_write_that_failed_or_hangs_requests_wait_a_quarter_of_a_second_until_one_succeeds(bool fails)
    {
        var (first, second) = (new TaskCompletionSource(), new TaskCompletionSource());
        using var loggers = new LoggerFactory([_log]);
        var recording = Recording(loggers, first.Task, second.Task, Task.CompletedTask, second.Task, new TaskCompletionSource().Task);
        if (fails)
        {
            first.SetException(new IOException("no space"));
            await recording.RecordAsync(Answer()).WaitAsync(TimeSpan.FromSeconds(60), Ct);
        }
        else
        {
            await AssertWaitsAsync(recording, TimeSpan.FromSeconds(5));
        }

        await AssertWaitsAsync(recording, TimeSpan.FromSeconds(0.25));

        // Where nothing had to be written, nothing is known about storage.
        await recording.RecordAsync(Answer()).WaitAsync(TimeSpan.FromSeconds(60), Ct);
        await AssertWaitsAsync(recording, TimeSpan.FromSeconds(0.25));

        first.TrySetResult();
        second.SetResult();
        await _pending.FinishAsync(Ct).WaitAsync(TimeSpan.FromSeconds(60), Ct);
        await AssertWaitsAsync(recording, TimeSpan.FromSeconds(5));
        Assert.Equal(fails ? 1 : 2, _log.Lines.Count);
    }

    [Fact]
    public async Task A_write_that_fails_unexpectedly_does_not_keep_the_invocation_from_its_other_work()
    {
        using var loggers = new LoggerFactory([_log]);
        var recording = Recording(loggers, Task.FromException(new InvalidDataException("an HTML page")));

        await recording.RecordAsync(Answer()).WaitAsync(TimeSpan.FromSeconds(60), Ct);

        // The log of forecasts logs it.
        Assert.Empty(_log.Lines);
    }

    [Fact]
    public async Task A_write_that_is_only_begun_is_waited_for_at_a_stop()
    {
        var write = new TaskCompletionSource();
        using var loggers = new LoggerFactory([_log]);
        var recording = Recording(loggers, write.Task);

        _ = recording.Begin(Answer());
        var stopping = _pending.StopAsync(Ct);
        _clock.Advance(TimeSpan.FromSeconds(3.9));
        Assert.False(stopping.IsCompleted);

        write.SetResult();
        await stopping.WaitAsync(TimeSpan.FromSeconds(60), Ct);
    }

    private static ForecastRecord Answer() =>
        new(PriceSeries.Real, new("last-price", "1"), MadeAt, new(7.1), TimeSpan.Zero, ForecastRecord.Unverified);

    /// <param name="loggers">Keep the log.</param>
    /// <param name="writes">What each record waits for in turn.</param>
    private ForecastRecording Recording(LoggerFactory loggers, params Task[] writes)
    {
        var next = new Queue<Task>(writes);
        return new(new RememberedForecasts { Before = _ => next.Dequeue() }, _pending, _clock, loggers.CreateLogger<ForecastRecording>());
    }

    /// <summary>Records an answer, which must hold its request exactly for this time.</summary>
    private async Task AssertWaitsAsync(ForecastRecording recording, TimeSpan wait)
    {
        var recorded = recording.RecordAsync(Answer());
        _clock.Advance(wait - TimeSpan.FromMilliseconds(1));
        Assert.False(recorded.IsCompleted);
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        await recorded.WaitAsync(TimeSpan.FromSeconds(60), Ct);
    }
}
