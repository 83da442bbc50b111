using Bittbridge.Miner.Replay;
using Bittbridge.Miner.Tests.Prices;
using Bittbridge.Miner.Tests.Storage;
using Bittbridge.Testing;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Bittbridge.Miner.Tests.Replay;

/// <summary>
/// Storage that answers other requests, but not this one in time: memory must not decide then, since a caller could bring it about.
/// </summary>
public sealed class ReplayBusyTests(TestStorage storage)
{
    /// <summary>The rest of the wait for storage, after the second try has begun.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(400);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(ReplayMode.Durable)]
    [InlineData(ReplayMode.Strict)]
    public async Task A_request_that_never_arrived_is_refused_and_can_be_sent_again(ReplayMode mode)
    {
        var clock = new WatchedClock();
        await using var proxy = new StorageProxy(storage.NewSettings());
        await using var instance = new ReplayInstance(proxy.Settings, mode, clock);
        Assert.Equal(200, await instance.TakeAsync(instance.Signed()));
        var caller = instance.Signed();

        // Its insert and the second try beside it.
        proxy.Withhold(2);
        var first = await instance.TakeTwiceAsync(clock, caller, () => proxy.Withheld);
        Assert.Equal(200, await instance.TakeAsync(instance.Signed()));

        clock.Advance(Rest);
        Assert.Equal(503, await first.WaitAsync(TimeSpan.FromMinutes(3), Ct));
        Assert.Equal((0, 0, HealthStatus.Healthy), (instance.Log.Count(3200), instance.Log.Count(3201), instance.Health.Status));
        Assert.Equal((200, 401), (await instance.TakeAsync(caller), await instance.TakeAsync(caller)));
    }

    [Fact]
    public async Task A_request_whose_replies_are_lost_is_refused_everywhere_since_its_row_exists()
    {
        var clock = new WatchedClock();
        await using var proxy = new StorageProxy(storage.NewSettings());
        await using var instance = new ReplayInstance(proxy.Settings, clock: clock);
        await using var other = new ReplayInstance(proxy.Settings, clock: clock);
        Assert.Equal(200, await instance.TakeAsync(instance.Signed()));
        var caller = instance.Signed();

        proxy.Swallow(StorageProxy.Any, 2);
        var first = await instance.TakeTwiceAsync(clock, caller, () => proxy.Lost);
        Assert.Equal(200, await instance.TakeAsync(instance.Signed()));

        clock.Advance(Rest);
        Assert.Equal(503, await first.WaitAsync(TimeSpan.FromMinutes(3), Ct));
        Assert.Equal((401, 401), (await other.TakeAsync(caller), await instance.TakeAsync(caller)));
    }

    [Fact]
    public async Task Of_160_requests_64_are_at_storage_at_once_and_the_others_do_not_ask_it_in_the_outage_that_these_find()
    {
        var clock = new WatchedClock();
        await using var proxy = new StorageProxy(storage.NewSettings());
        await using var instance = new ReplayInstance(proxy.Settings, clock: clock);
        Assert.Equal(200, await instance.TakeAsync(instance.Signed()));

        clock.Forget();
        proxy.Withhold(int.MaxValue);
        var taking = Enumerable.Range(0, 160).Select(_ => instance.TakeAsync(instance.Signed())).ToList();
        for (var i = 0; i < 64; i++)
        {
            await clock.WaitBeginsAsync(NonceStore.HedgingDelay);
        }

        // The second try of each of the 64.
        clock.Advance(NonceStore.HedgingDelay);
        await Polling.UntilAsync(() => proxy.Withheld >= 128);
        Assert.Equal(128, proxy.Withheld);

        // One wait, not one for each 64.
        clock.Advance(NonceStore.MaxWait - NonceStore.HedgingDelay);
        var answers = await Task.WhenAll(taking).WaitAsync(TimeSpan.FromMinutes(3), Ct);

        Assert.Every(answers, status => Assert.Equal(200, status));
        Assert.Equal(HealthStatus.Degraded, instance.Health.Status);
        // Two tries of a probe that has begun since.
        Assert.InRange(proxy.Withheld, 128, 130);
    }

    /// <remarks>A known limit: an answer may take longer than the wait of one turn.</remarks>
    [Fact]
    public async Task Twice_64_requests_take_two_turns_each_with_a_wait_of_its_own()
    {
        var clock = new WatchedClock();
        var settings = storage.NewSettings();
        await using var slow = new FaultyStorage(settings.Location);
        await using var instance = new ReplayInstance(settings.Through(slow), clock: clock);
        Assert.Equal(200, await instance.TakeAsync(instance.Signed()));

        clock.Forget();
        slow.Take();
        var (first, second) = (
            new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously),
            new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
        );
        var (asked, most) = (clock.GetUtcNow(), NonceStore.MaxWait - TimeSpan.FromMilliseconds(1));
        slow.Pause = first.Task;
        var taking = Enumerable.Range(0, 128).Select(_ => instance.TakeAsync(instance.Signed())).ToList();
        await TurnAsync();

        // Storage has both tries of the first 64, and holds what comes next for as long again.
        await Polling.UntilAsync(() => slow.Operations.Count >= 128);
        slow.Pause = second.Task;
        first.SetResult();
        Assert.Every(await Task.WhenAll(taking.Take(64)).WaitAsync(TimeSpan.FromMinutes(3), Ct), status => Assert.Equal(200, status));
        await TurnAsync();
        Assert.Every(taking.Skip(64), answer => Assert.False(answer.IsCompleted));
        second.SetResult();
        Assert.Every(await Task.WhenAll(taking).WaitAsync(TimeSpan.FromMinutes(3), Ct), status => Assert.Equal(200, status));

        Assert.Equal(2 * most, clock.GetUtcNow() - asked);
        Assert.Equal((0, HealthStatus.Healthy), (instance.Breaker.WithoutStore, instance.Health.Status));

        async Task TurnAsync()
        {
            for (var i = 0; i < 64; i++)
            {
                await clock.WaitBeginsAsync(NonceStore.HedgingDelay);
            }

            clock.Advance(most);
        }
    }
}
