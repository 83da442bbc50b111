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
    public async Task WaitBeginsAsync(TimeSpan length)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        var others = new List<TimeSpan>();
        try
        {
            while (await _waits.Reader.ReadAsync(patience.Token) is var begun && begun != length)
            {
                others.Add(begun);
            }
        }
        catch (OperationCanceledException) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
        {
            Assert.Fail($"No wait of {length} has begun, but these: {string.Join(", ", others)}");
        }
    }

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
