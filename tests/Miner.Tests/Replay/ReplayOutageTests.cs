using System.Diagnostics;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Replay;
using Bittbridge.Miner.Tests.Prices;
using Bittbridge.Miner.Tests.Storage;
using Bittbridge.Testing;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Bittbridge.Miner.Tests.Replay;

public sealed class ReplayOutageTests(TestStorage storage)
{
    private static readonly StorageSettings Nobody = new(StorageEmulator.NobodyListens());

    [Fact]
    public async Task Durable_goes_on_in_memory_while_storage_is_down_and_refuses_what_it_saw_itself()
    {
        await using var instance = new ReplayInstance(Nobody);
        Assert.Equal(HealthStatus.Healthy, instance.Health.Status);
        var callers = Enumerable.Range(0, 20).Select(_ => instance.Signed()).ToList();
        foreach (var caller in callers)
        {
            Assert.Equal(200, await instance.TakeAsync(caller));
        }

        foreach (var caller in callers)
        {
            Assert.Equal(401, await instance.TakeAsync(caller));
        }

        Assert.Equal((1, HealthStatus.Degraded), (instance.Log.Count(3200), instance.Health.Status));
        Assert.Matches(
            "^durable: in memory only since .*Z, as storage .*; 20 requests were taken without storage",
            instance.Health.Description
        );
    }

    [Fact]
    public async Task Once_an_outage_is_known_no_challenge_waits_to_find_out_again()
    {
        await using var instance = new ReplayInstance(Nobody);
        await instance.TakeAsync(instance.Signed());
        Assert.All(Enumerable.Range(0, 100), _ => Assert.True(instance.TakeAsync(instance.Signed()).IsCompletedSuccessfully));
    }

    [Fact]
    public async Task Twins_that_meet_in_an_outage_are_taken_once()
    {
        await using var instance = new ReplayInstance(Nobody);
        var caller = instance.Signed();
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => instance.TakeAsync(caller)));
        Assert.Equal([200, .. Enumerable.Repeat(401, 9)], answers.Order());
    }

    [Fact]
    public async Task Strict_answers_nobody_in_an_outage_and_everybody_after_it_even_a_request_that_it_had_refused()
    {
        await using var proxy = new StorageProxy(storage.NewSettings());
        await using var instance = new ReplayInstance(proxy.Settings, ReplayMode.Strict);
        var (caller, late) = (instance.Signed(), instance.Signed());
        Assert.Equal(200, await instance.TakeAsync(instance.Signed()));

        proxy.GoDown();
        Assert.Equal((503, 503, 503), (await instance.TakeAsync(caller), await instance.TakeAsync(caller), await instance.TakeAsync(late)));
        Assert.Equal((1, HealthStatus.Unhealthy), (instance.Log.Count(3201), instance.Health.Status));
        Assert.Matches(
            "^strict: nobody is answered since .*Z, as storage .*; 3 requests were refused for it$",
            instance.Health.Description
        );

        proxy.GoUp();
        int status;
        for (
            var started = Stopwatch.GetTimestamp();
            (status = await instance.TakeAsync(caller)) == 503 && Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(30);

        )
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TestContext.Current.CancellationToken);
        }

        Assert.Equal((200, 200, 401), (status, await instance.TakeAsync(late), await instance.TakeAsync(caller)));
        Assert.Equal((1, 1, HealthStatus.Healthy), (instance.Log.Count(3201), instance.Log.Count(3202), instance.Health.Status));
    }

    [Fact]
    public async Task What_was_taken_in_an_outage_is_written_down_after_it_so_that_other_instances_refuse_it()
    {
        await using var proxy = new StorageProxy(storage.NewSettings());
        await using var one = new ReplayInstance(proxy.Settings);
        await using var other = new ReplayInstance(proxy.Settings);
        Assert.Equal(200, await one.TakeAsync(one.Signed()));

        proxy.GoDown();
        var callers = Enumerable.Range(0, 5).Select(_ => one.Signed()).ToList();
        foreach (var caller in callers)
        {
            Assert.Equal(200, await one.TakeAsync(caller));
        }

        proxy.GoUp();
        await WrittenAsync(one);
        foreach (var caller in callers)
        {
            Assert.Equal(401, await other.TakeAsync(caller));
        }

        Assert.Equal((1, 1, 1, 0), (one.Log.Count(3200), one.Log.Count(3202), one.Log.Count(3203), one.Log.Count(3204)));
        Assert.Equal(
            (HealthStatus.Healthy, "durable: shared by all instances; 5 requests were taken without storage since the start"),
            (one.Health.Status, one.Health.Description)
        );
    }

    [Fact]
    public async Task Two_instances_in_an_outage_each_take_the_same_request_and_the_log_says_so_afterwards()
    {
        await using var proxy = new StorageProxy(storage.NewSettings());
        await using var one = new ReplayInstance(proxy.Settings);
        await using var other = new ReplayInstance(proxy.Settings);
        proxy.GoDown();
        var caller = one.Signed();
        Assert.Equal((200, 200), (await one.TakeAsync(caller), await other.TakeAsync(caller)));

        proxy.GoUp();
        await Task.WhenAll(WrittenAsync(one), WrittenAsync(other));
        Assert.Equal(
            [(1, 0), (0, 1)],
            ((ReplayInstance[])[one, other]).Select(instance => (instance.Log.Count(3203), instance.Log.Count(3204))).OrderDescending()
        );
    }

    [Fact]
    public async Task What_can_be_replayed_no_more_is_not_written_down()
    {
        var clock = new WatchedClock();
        await using var silent = new SilentStorage();
        await using var instance = new ReplayInstance(silent.Settings, clock: clock);
        Assert.Equal(200, await AfterPartsAsync(instance.TakeAsync(instance.Signed()), clock));
        clock.Advance(TimeSpan.FromSeconds(65));
        Assert.True(await AfterPartsAsync(EndOf(instance.Backlog.Idle), clock));
        Assert.Equal(0, instance.Log.Count(3203));
    }

    [Theory]
    [InlineData(ReplayMode.Durable, 200)]
    [InlineData(ReplayMode.Strict, 503)]
    public async Task Storage_that_never_said_a_word_is_given_up_after_four_seconds(ReplayMode mode, int status)
    {
        var clock = new WatchedClock();
        await using var silent = new SilentStorage();
        await using var instance = new ReplayInstance(silent.Settings, mode, clock);
        await PartsAsync(instance.TakeAsync(instance.Signed()), clock, 16, status);
    }

    [Fact]
    public async Task Storage_that_falls_silent_is_given_up_after_four_seconds_and_the_next_time_after_half_a_second()
    {
        var clock = new WatchedClock();
        await using var proxy = new StorageProxy(storage.NewSettings());
        await using var instance = new ReplayInstance(proxy.Settings, ReplayMode.Strict, clock);
        Assert.Equal(200, await instance.TakeAsync(instance.Signed()));
        await clock.WaitBeginsAsync(SharedNonces.Part);
        proxy.Swallow(StorageProxy.Any, int.MaxValue);

        await PartsAsync(instance.TakeAsync(instance.Signed()), clock, 16, 503);
        Assert.Equal(503, await instance.TakeAsync(instance.Signed()));
        clock.Advance(StorageReach.Rest);
        await PartsAsync(instance.TakeAsync(instance.Signed()), clock, 2, 503);
    }

    [Fact]
    public async Task Storage_that_takes_longer_than_the_whole_budget_is_waited_for_and_decides()
    {
        await using var proxy = new StorageProxy(storage.NewSettings());
        await using var one = new ReplayInstance(proxy.Settings);
        await using var other = new ReplayInstance(proxy.Settings);
        Assert.Equal(200, await one.TakeAsync(one.Signed()));
        proxy.Delay = TimeSpan.FromSeconds(1.2);
        var caller = one.Signed();
        Assert.Equal([200, 401], (await Task.WhenAll(one.TakeAsync(caller), other.TakeAsync(caller))).Order());
        Assert.Equal((0, 0), (one.Reach.WithoutTable, other.Reach.WithoutTable));
    }

    [Fact]
    public async Task In_an_outage_a_memory_that_could_not_remember_all_refuses_rather_than_guess()
    {
        await using var proxy = new StorageProxy(storage.NewSettings());
        var clock = new WatchedClock();
        await using var instance = new ReplayInstance(proxy.Settings, clock: clock, remembered: 3);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(200, await instance.TakeAsync(instance.Signed(ahead: TimeSpan.FromSeconds(-60))));
        }

        var unremembered = instance.Signed();
        Assert.Equal(200, await instance.TakeAsync(unremembered));

        // The first three have ended and leave room; the last can still be replayed, and keeps the place of its vain claim.
        clock.Advance(TimeSpan.FromSeconds(36));
        proxy.GoDown();
        Assert.Equal(503, await AfterPartsAsync(instance.TakeAsync(unremembered), clock));
        var newcomers = new List<int>();
        for (var i = 0; i < 3; i++)
        {
            newcomers.Add(await AfterPartsAsync(instance.TakeAsync(instance.Signed(ahead: TimeSpan.FromSeconds(1))), clock));
        }

        Assert.Equal([200, 200, 503], newcomers);
    }

    [Fact]
    public async Task A_stop_waits_until_what_was_taken_in_an_outage_is_written_down()
    {
        await using var proxy = new StorageProxy(storage.NewSettings());
        await using var other = new ReplayInstance(proxy.Settings);
        var one = new ReplayInstance(proxy.Settings);
        Assert.Equal(200, await one.TakeAsync(one.Signed()));
        proxy.GoDown();
        var callers = Enumerable.Range(0, 30).Select(_ => one.Signed()).ToList();
        foreach (var caller in callers)
        {
            Assert.Equal(200, await one.TakeAsync(caller));
        }

        var stop = one.Backlog.StopAsync(TestContext.Current.CancellationToken);
        Assert.False(stop.IsCompleted);
        proxy.GoUp();
        await stop.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        await one.DisposeAsync();
        foreach (var caller in callers)
        {
            Assert.Equal(401, await other.TakeAsync(caller));
        }

        Assert.Equal((1, 0, 1), (one.Log.Count(3208), one.Log.Count(3209), one.Log.Count(3203)));
    }

    [Fact]
    public async Task A_stop_while_storage_stays_away_ends_in_time_and_says_what_is_lost()
    {
        var clock = new WatchedClock();
        await using var silent = new SilentStorage();
        await using var instance = new ReplayInstance(silent.Settings, clock: clock);
        Assert.Equal(200, await AfterPartsAsync(instance.TakeAsync(instance.Signed()), clock));
        var began = clock.GetUtcNow();
        Assert.True(await AfterPartsAsync(EndOf(instance.Backlog.StopAsync(TestContext.Current.CancellationToken)), clock));
        Assert.InRange(clock.GetUtcNow() - began, NonceBacklog.MaxStop, NonceBacklog.MaxStop + TimeSpan.FromSeconds(5));
        Assert.Equal(1, instance.Log.Count(3209));

        // Nothing is waited for where nothing is left.
        await using var idle = new ReplayInstance(silent.Settings);
        Assert.True(idle.Backlog.StopAsync(TestContext.Current.CancellationToken).IsCompletedSuccessfully);
    }

    [Fact]
    public async Task In_an_outage_a_process_that_began_later_refuses_what_it_can_t_know_of()
    {
        await using var proxy = new StorageProxy(storage.NewSettings());
        await using var before = new ReplayInstance(proxy.Settings);
        var old = before.Signed();
        Assert.Equal(200, await before.TakeAsync(old));
        proxy.GoDown();
        await using var after = new ReplayInstance(proxy.Settings);
        Assert.Equal((503, 200), (await after.TakeAsync(old), await after.TakeAsync(after.Signed())));
    }

    private static Task WrittenAsync(ReplayInstance instance) =>
        instance.Backlog.Idle.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);

    private static async Task<bool> EndOf(Task task)
    {
        await task;
        return true;
    }

    /// <summary>Lets exactly so many parts of a wait pass, which must then be over.</summary>
    private static async Task PartsAsync(Task<int> taking, WatchedClock clock, int parts, int status)
    {
        for (var part = 0; part < parts; part++)
        {
            Assert.False(taking.IsCompleted);
            await clock.WaitBeginsAsync(SharedNonces.Part);
            clock.Advance(SharedNonces.Part);
        }

        Assert.Equal(status, await taking.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken));
    }

    /// <summary>Lets time pass, part by part, until something is done.</summary>
    private static async Task<T> AfterPartsAsync<T>(Task<T> doing, WatchedClock clock)
    {
        var started = Stopwatch.GetTimestamp();
        while (await Task.WhenAny(doing, Task.Delay(TimeSpan.FromMilliseconds(20), TestContext.Current.CancellationToken)) != doing)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(60), "However much time passes, it does not end.");
            clock.Advance(SharedNonces.Part);
        }

        return await doing;
    }
}
