using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;

namespace Bittbridge.Miner.Tests;

/// <summary>A clock that stands still and tells when somebody starts to wait, so that a test can go on at that moment and no sooner.</summary>
internal sealed class WatchedClock() : FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 10, 4, 45, TimeSpan.Zero))
{
    private readonly Channel<TimeSpan> _waits = Channel.CreateUnbounded<TimeSpan>();

    /// <summary>Returns once a wait of this length has begun.</summary>
    public async Task WaitBeginsAsync(TimeSpan length)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        while (await _waits.Reader.ReadAsync(patience.Token) != length)
        {
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        _waits.Writer.TryWrite(dueTime);
        return timer;
    }
}
