using Bittbridge.Miner.Storage;
using Bittbridge.Miner.Tests.Http;
using Bittbridge.Miner.Tests.Replay;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bittbridge.Miner.Tests.Storage;

public sealed class BackgroundRefreshTests
{
    [Fact]
    public async Task A_clock_that_is_set_back_does_not_hold_up_the_next_refresh()
    {
        var clock = new MovableClock { Now = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero) };
        var count = 0;
        var refresh = new BackgroundRefresh(
            () =>
            {
                count++;
                return Task.FromResult(TimeSpan.FromSeconds(5));
            },
            clock,
            NullLogger.Instance
        );
        await RefreshAsync(refresh);
        await RefreshAsync(refresh);
        Assert.Equal(1, count);

        clock.Now = clock.Now.AddHours(-3);
        await RefreshAsync(refresh);
        await RefreshAsync(refresh);
        Assert.Equal(2, count);

        clock.Now = clock.Now.AddSeconds(5);
        await RefreshAsync(refresh);
        Assert.Equal(3, count);
    }

    /// <summary>The second comes at the first one's read of the clock, between its check and the start of the refresh.</summary>
    [Fact]
    public async Task Two_who_start_it_at_the_same_moment_share_a_refresh()
    {
        var clock = new InterruptedClock(new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
        var (release, count) = (new TaskCompletionSource(), 0);
        var refresh = new BackgroundRefresh(
            async () =>
            {
                Interlocked.Increment(ref count);
                await release.Task;
                return TimeSpan.FromSeconds(5);
            },
            clock,
            NullLogger.Instance
        );
        var second = new SecondThread<Task>(1, refresh.StartIfDue);
        clock.Reading = second.Pass;

        var first = refresh.StartIfDue();

        Assert.Same(first, await second.ResultAsync());
        release.SetResult();
        await first.WaitAsync(TimeSpan.FromMinutes(3), TestContext.Current.CancellationToken);
        Assert.Equal(1, count);
    }

    [Fact]
    public async Task An_unexpected_failure_is_logged_and_reaches_no_request()
    {
        var clock = new MovableClock { Now = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero) };
        var (log, count) = (new KeptLog(), 0);
        var refresh = new BackgroundRefresh(
            () =>
            {
                count++;
                throw new InvalidOperationException("unexpected");
            },
            clock,
            log
        );

        await RefreshAsync(refresh);
        clock.Now = clock.Now.AddMilliseconds(9999);
        await RefreshAsync(refresh);
        Assert.Equal(1, count);
        Assert.Equal(1, log.Count(3300));

        clock.Now = clock.Now.AddMilliseconds(1);
        await RefreshAsync(refresh);
        Assert.Equal(2, count);
    }

    private static Task RefreshAsync(BackgroundRefresh refresh) =>
        refresh.StartIfDue().WaitAsync(TimeSpan.FromMinutes(3), TestContext.Current.CancellationToken);
}
