using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;

namespace Bittbridge.Miner.Tests.Prices;

/// <summary>
/// A stopped clock that reports when a wait begins, so that a test continues at that moment.
/// </summary>
internal sealed class WatchedClock() : FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 10, 4, 45, TimeSpan.Zero))
{
    private readonly Channel<TimeSpan> _waits = Channel.CreateUnbounded<TimeSpan>();

    /// <summary>
    /// Returns once a wait of this length has begun: with a new timer, or with one that is set anew, as a cancellation that is used again
    /// sets its own.
    /// </summary>
    public Task WaitBeginsAsync(TimeSpan length) => WaitBeginsAsync(begun => begun == length, $"{length}");

    /// <summary>Returns the length of the next wait that is no longer than this, such as a delay with jitter.</summary>
    public Task<TimeSpan> WaitUpToBeginsAsync(TimeSpan longest) =>
        WaitBeginsAsync(begun => begun > TimeSpan.Zero && begun <= longest, $"up to {longest}");

    /// <summary>Forgets the waits that have begun.</summary>
    public void Forget()
    {
        while (_waits.Reader.TryRead(out _)) { }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new WatchedTimer(base.CreateTimer(callback, state, dueTime, period), _waits.Writer);
        _waits.Writer.TryWrite(dueTime);
        return timer;
    }

    private async Task<TimeSpan> WaitBeginsAsync(Func<TimeSpan, bool> isMeant, string length)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        var others = new List<TimeSpan>();
        try
        {
            while (true)
            {
                var begun = await _waits.Reader.ReadAsync(patience.Token);
                if (isMeant(begun))
                {
                    return begun;
                }

                others.Add(begun);
            }
        }
        catch (OperationCanceledException) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
        {
            Assert.Fail($"No wait of {length} has begun, but these: {string.Join(", ", others)}");
            throw;
        }
    }

    private sealed class WatchedTimer(ITimer timer, ChannelWriter<TimeSpan> waits) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            var changed = timer.Change(dueTime, period);
            waits.TryWrite(dueTime);
            return changed;
        }

        public void Dispose() => timer.Dispose();

        public ValueTask DisposeAsync() => timer.DisposeAsync();
    }
}
