using Azure.Data.Tables;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Replay;
using Bittbridge.Miner.Storage;
using Bittbridge.Miner.Tests.Prices;
using Bittbridge.Miner.Tests.Storage;
using Bittbridge.Testing;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Bittbridge.Miner.Tests.Replay;

public sealed class ReplayOutageTests(TestStorage storage)
{
    private static readonly StorageSettings Nobody = new(StorageEmulator.Unreachable());

    [Fact]
    public async Task Durable_answers_from_memory_while_storage_is_down_and_refuses_its_own_replays()
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
            "^durable: in memory only since .*Z, because storage .*; 20 requests were accepted without storage",
            instance.Health.Description
        );
    }

    [Fact]
    public async Task Once_an_outage_is_known_no_challenge_waits_to_find_out_again()
    {
        await using var instance = new ReplayInstance(Nobody);
        await instance.TakeAsync(instance.Signed());
        Assert.Every(Enumerable.Range(0, 100), _ => Assert.True(instance.TakeAsync(instance.Signed()).IsCompletedSuccessfully));
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
    public async Task Strict_refuses_all_in_an_outage_and_accepts_all_after_it_even_a_request_that_it_had_refused()
    {
        var clock = new WatchedClock();
        await using var proxy = new StorageProxy(storage.NewSettings());
        await using var instance = new ReplayInstance(proxy.Settings, ReplayMode.Strict, clock);
        var (caller, late) = (instance.Signed(), instance.Signed());
        Assert.Equal(200, await instance.TakeAsync(instance.Signed()));

        proxy.GoDown();
        Assert.Equal((503, 503, 503), (await instance.TakeAsync(caller), await instance.TakeAsync(caller), await instance.TakeAsync(late)));
        Assert.Equal((1, HealthStatus.Unhealthy), (instance.Log.Count(3201), instance.Health.Status));
        Assert.Matches(
            "^strict: no caller has been answered since .*Z, because storage .*; 3 requests were refused for this reason$",
            instance.Health.Description
        );

        proxy.GoUp();
        clock.Advance(NonceStoreBreaker.BreakDuration);
        Assert.Equal((200, 200, 401), (await instance.TakeAsync(caller), await instance.TakeAsync(late), await instance.TakeAsync(caller)));
        Assert.Equal((1, 1, HealthStatus.Healthy), (instance.Log.Count(3201), instance.Log.Count(3202), instance.Health.Status));
    }

    [Fact]
    public async Task Requests_accepted_in_an_outage_are_stored_after_it_so_that_other_instances_refuse_them()
    {
        var clock = new WatchedClock();
        await using var proxy = new StorageProxy(storage.NewSettings());
        await using var one = new ReplayInstance(proxy.Settings, clock: clock);
        await using var other = new ReplayInstance(proxy.Settings, clock: clock);
        Assert.Equal(200, await one.TakeAsync(one.Signed()));

        proxy.GoDown();
        var callers = Enumerable.Range(0, 5).Select(_ => one.Signed()).ToList();
        foreach (var caller in callers)
        {
            Assert.Equal(200, await one.TakeAsync(caller));
        }

        await GoUpAsync(proxy, clock, pendingInstances: 1);
        await WrittenAsync(one);
        foreach (var caller in callers)
        {
            Assert.Equal(401, await other.TakeAsync(caller));
        }

        Assert.Equal((1, 1, 1, 0), (one.Log.Count(3200), one.Log.Count(3202), one.Log.Count(3203), one.Log.Count(3204)));
        Assert.Equal(
            (HealthStatus.Healthy, "durable: shared by all instances; 5 requests were accepted without storage since the start"),
            (one.Health.Status, one.Health.Description)
        );
    }

    [Fact]
    public async Task A_replay_that_storage_refused_is_refused_in_an_outage_after_it_too()
    {
        await using var proxy = new StorageProxy(storage.NewSettings());
        await using var one = new ReplayInstance(proxy.Settings);
        await using var other = new ReplayInstance(proxy.Settings);
        var caller = one.Signed();
        Assert.Equal((200, 401), (await one.TakeAsync(caller), await other.TakeAsync(caller)));

        proxy.GoDown();

        // Memory decides about new requests, so it does about this one.
        Assert.Equal((200, 401), (await other.TakeAsync(other.Signed()), await other.TakeAsync(caller)));
    }

    [Fact]
    public void The_end_of_an_outage_is_looked_for_more_often_than_challenges_skip_storage() =>
        Assert.True(PendingNonces.RetryDelay < NonceStoreBreaker.BreakDuration);

    [Fact]
    public async Task Two_instances_in_an_outage_each_take_the_same_request_and_the_log_says_so_afterwards()
    {
        var clock = new WatchedClock();
        await using var proxy = new StorageProxy(storage.NewSettings());
        await using var one = new ReplayInstance(proxy.Settings, clock: clock);
        await using var other = new ReplayInstance(proxy.Settings, clock: clock);
        proxy.GoDown();
        var caller = one.Signed();
        Assert.Equal((200, 200), (await one.TakeAsync(caller), await other.TakeAsync(caller)));

        await GoUpAsync(proxy, clock, pendingInstances: 2);
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
        Assert.Equal(200, await AfterWaitAsync(instance.TakeAsync(instance.Signed()), clock, NonceStore.MaxFirstWait));
        Assert.Equal(1, instance.Pending.Count);
        clock.Advance(TimeSpan.FromSeconds(65));
        await Polling.UntilAsync(() =>
        {
            clock.Advance(PendingNonces.RetryDelay);
            return instance.Pending.Count == 0;
        });
        Assert.Equal(0, instance.Log.Count(3203));
    }

    [Theory]
    [InlineData(ReplayMode.Durable, 200)]
    [InlineData(ReplayMode.Strict, 503)]
    public async Task Storage_that_has_not_replied_since_the_start_is_given_up_after_four_seconds(ReplayMode mode, int status)
    {
        var clock = new WatchedClock();
        await using var silent = new SilentStorage();
        await using var instance = new ReplayInstance(silent.Settings, mode, clock);
        Assert.Equal(status, await AfterWaitAsync(instance.TakeAsync(instance.Signed()), clock, NonceStore.MaxFirstWait));
    }

    /// <remarks>Hours later an answer must leave within a second, although storage has never replied.</remarks>
    [Theory]
    [InlineData(1_000, 3_000)]
    [InlineData(3_500, 800)]
    [InlineData(10_000, 800)]
    public async Task The_longer_first_wait_is_counted_from_the_start_of_the_process(int msAfterTheStart, int waitMs)
    {
        var clock = new WatchedClock();
        await using var silent = new SilentStorage();
        await using var instance = new ReplayInstance(silent.Settings, clock: clock);
        clock.Advance(TimeSpan.FromMilliseconds(msAfterTheStart));
        Assert.Equal(200, await AfterWaitAsync(instance.TakeAsync(instance.Signed()), clock, TimeSpan.FromMilliseconds(waitMs)));
    }

    [Fact]
    public async Task All_that_wait_for_a_storage_that_has_not_replied_since_the_start_are_answered_from_memory()
    {
        var clock = new WatchedClock();
        await using var silent = new SilentStorage();
        await using var instance = new ReplayInstance(silent.Settings, clock: clock);
        var first = instance.TakeAsync(instance.Signed());
        await clock.WaitBeginsAsync(NonceStore.MaxFirstWait);
        clock.Advance(TimeSpan.FromMilliseconds(100));
        var second = instance.TakeAsync(instance.Signed());
        await clock.WaitBeginsAsync(TimeSpan.FromMilliseconds(3_900));
        clock.Advance(TimeSpan.FromMilliseconds(3_900));
        Assert.Equal(200, await first.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken));
        Assert.Equal(200, await second.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Storage_that_falls_silent_is_given_up_within_a_second_and_the_next_time_after_half_a_second()
    {
        var clock = new WatchedClock();
        await using var proxy = new StorageProxy(storage.NewSettings());
        await using var instance = new ReplayInstance(proxy.Settings, ReplayMode.Strict, clock);
        Assert.Equal(200, await instance.TakeAsync(instance.Signed()));
        await clock.WaitBeginsAsync(NonceStore.MaxFirstWait);
        proxy.Swallow(StorageProxy.Any, int.MaxValue);

        Assert.Equal(503, await AfterWaitAsync(instance.TakeAsync(instance.Signed()), clock, NonceStore.MaxWait));
        Assert.Equal(503, await instance.TakeAsync(instance.Signed()));
        clock.Advance(NonceStoreBreaker.BreakDuration);
        Assert.Equal(503, await AfterWaitAsync(instance.TakeAsync(instance.Signed()), clock, NonceStore.MaxWaitInOutage));
    }

    [Fact]
    public async Task A_wait_in_which_the_process_was_paused_says_nothing_about_storage()
    {
        var clock = new WatchedClock();
        await using var silent = new SilentStorage();
        await using var instance = new ReplayInstance(silent.Settings, clock: clock);
        var taking = instance.TakeAsync(instance.Signed());
        await clock.WaitBeginsAsync(NonceStore.MaxFirstWait);
        clock.Advance(NonceStore.MaxFirstWait + TimeSpan.FromSeconds(2));
        Assert.Equal(503, await taking.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken));
        Assert.Equal((0, HealthStatus.Healthy), (instance.Log.Count(3200), instance.Health.Status));
    }

    [Fact]
    public async Task Storage_that_answers_others_but_one_request_too_late_is_busy_and_memory_does_not_decide()
    {
        var clock = new WatchedClock();
        await using var proxy = new StorageProxy(storage.NewSettings());
        await using var instance = new ReplayInstance(proxy.Settings, clock: clock);
        Assert.Equal(200, await instance.TakeAsync(instance.Signed()));
        await clock.WaitBeginsAsync(NonceStore.MaxFirstWait);
        proxy.Swallow("POST", 1);
        var late = instance.Signed();
        var taking = instance.TakeAsync(late);
        await clock.WaitBeginsAsync(NonceStore.MaxWait);
        await Polling.UntilAsync(() => proxy.Lost == 1);

        // The second try, which reads the row, is not answered either; another request is.
        proxy.Swallow("GET", 1);
        clock.Advance(NonceStore.HedgingDelay);
        await Polling.UntilAsync(() => proxy.Lost == 2);
        Assert.Equal(200, await instance.TakeAsync(instance.Signed()));
        clock.Advance(NonceStore.MaxWait - NonceStore.HedgingDelay);
        Assert.Equal(503, await taking.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken));
        Assert.Equal((0, 0, HealthStatus.Healthy), (instance.Log.Count(3200), instance.Breaker.WithoutStore, instance.Health.Status));
    }

    [Fact]
    public async Task An_answer_leaves_within_a_second_although_storage_is_silent_and_the_late_reply_is_not_lost()
    {
        var (settings, clock) = (storage.NewSettings(), new WatchedClock());
        await using var slow = new FaultyStorage(settings.Location);
        await using var one = new ReplayInstance(settings.Through(slow), clock: clock);
        await using var other = new ReplayInstance(settings, clock: clock);
        Assert.Equal(200, await one.TakeAsync(one.Signed()));
        await clock.WaitBeginsAsync(NonceStore.MaxFirstWait);
        var silence = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        slow.Pause = silence.Task;
        var (caller, asked) = (one.Signed(), clock.GetUtcNow());
        Assert.Equal(200, await AfterWaitAsync(one.TakeAsync(caller), clock, NonceStore.MaxWait));
        Assert.InRange(clock.GetUtcNow() - asked, TimeSpan.Zero, TimeSpan.FromSeconds(1));
        Assert.Equal(1, one.Log.Count(3200));

        // The reply comes late, and a try in the background ends the outage; the nonce is stored.
        slow.Pause = Task.CompletedTask;
        silence.SetResult();
        await WrittenAsync(one);
        Assert.Equal((1, 1, 1, 0), (one.Log.Count(3200), one.Log.Count(3202), one.Log.Count(3203), one.Log.Count(3204)));
        Assert.Equal(401, await other.TakeAsync(caller));
    }

    [Fact]
    public async Task While_all_replies_are_too_late_memory_decides_and_what_it_decided_is_stored_all_the_same()
    {
        var (settings, clock) = (storage.NewSettings(), new WatchedClock());
        await using var slow = new FaultyStorage(settings.Location);
        await using var one = new ReplayInstance(settings.Through(slow), clock: clock);
        Assert.Equal(200, await one.TakeAsync(one.Signed()));
        slow.Take();

        // Both tries of the first request, and those of the background, which storage holds for longer.
        TaskCompletionSource[] replies = [New(), New(), New()];
        slow.Pause = replies[0].Task;
        var first = await one.TakeTwiceAsync(clock, one.Signed(), () => slow.Operations.Count);
        slow.Pause = replies[1].Task;
        clock.Advance(NonceStore.MaxWait - NonceStore.HedgingDelay);
        Assert.Equal(200, await first.WaitAsync(TimeSpan.FromMinutes(3), TestContext.Current.CancellationToken));
        await Polling.UntilAsync(() => slow.Operations.Count == 3);

        // 1.5 s after it was asked, storage replies to the first request, whose nonce needs no further try then.
        clock.Advance(TimeSpan.FromMilliseconds(700));
        await clock.WaitBeginsAsync(PendingNonces.RetryDelay);
        replies[0].SetResult();
        await Polling.UntilAsync(() =>
        {
            clock.Advance(TimeSpan.FromMilliseconds(20));
            return one.Log.Count(3203) == 1;
        });
        Assert.Equal((1, 0, 0), (one.Log.Count(3200), one.Log.Count(3202), one.Pending.Count));

        // The next one is not refused as it would be if that reply had ended the outage.
        clock.Advance(NonceStoreBreaker.BreakDuration);
        slow.Pause = replies[2].Task;
        clock.Forget();
        Assert.Equal(200, await AfterWaitAsync(one.TakeAsync(one.Signed()), clock, NonceStore.MaxWaitInOutage));
        Assert.Equal((HealthStatus.Degraded, 1), (one.Health.Status, one.Log.Count(3200)));
        Assert.Every(replies, reply => reply.TrySetResult());

        static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    [Fact]
    public async Task A_reply_within_the_longer_first_wait_is_a_reply_in_time()
    {
        var (settings, clock) = (storage.NewSettings(), new WatchedClock());
        await using var slow = new FaultyStorage(settings.Location);
        await using var other = new ReplayInstance(settings, clock: clock);
        await using var one = new ReplayInstance(settings.Through(slow), clock: clock);
        Assert.Equal(200, await other.TakeAsync(other.Signed()));
        slow.Take();
        var (reply, never) = (new TaskCompletionSource(), new TaskCompletionSource());
        slow.Pause = reply.Task;
        var taking = one.TakeAsync(one.Signed());
        await Polling.UntilAsync(() => slow.Operations.Count == 1);
        slow.Pause = never.Task;
        clock.Advance(TimeSpan.FromSeconds(2));

        reply.SetResult();

        Assert.Equal(200, await taking.WaitAsync(TimeSpan.FromMinutes(3), TestContext.Current.CancellationToken));
        Assert.True(one.Breaker.HasReplied);
        never.SetResult();
    }

    [Fact]
    public async Task A_reply_after_the_shorter_wait_of_an_outage_ends_it_if_an_answer_may_wait_for_it_otherwise()
    {
        var (settings, clock) = (storage.NewSettings(), new WatchedClock());
        await using var slow = new FaultyStorage(settings.Location);
        await using var instance = new ReplayInstance(settings.Through(slow), ReplayMode.Strict, clock);
        Assert.Equal(200, await instance.TakeAsync(instance.Signed()));
        var (reply, never) = (new TaskCompletionSource(), new TaskCompletionSource());
        slow.Take();
        slow.Pause = never.Task;
        // Storage has both tries, so that none of them comes among those of the next request.
        var unanswered = await instance.TakeTwiceAsync(clock, instance.Signed(), () => slow.Operations.Count);
        clock.Advance(NonceStore.MaxWait - NonceStore.HedgingDelay);
        Assert.Equal(503, await unanswered.WaitAsync(TimeSpan.FromMinutes(3), TestContext.Current.CancellationToken));
        clock.Advance(NonceStoreBreaker.BreakDuration);
        slow.Take();
        slow.Pause = reply.Task;
        var taking = instance.TakeAsync(instance.Signed());
        await Polling.UntilAsync(() => slow.Operations.Count == 1);
        slow.Pause = never.Task;
        Assert.Equal(503, await AfterWaitAsync(taking, clock, NonceStore.MaxWaitInOutage));
        clock.Advance(TimeSpan.FromMilliseconds(100));
        Assert.NotNull(instance.Breaker.Outage);

        reply.SetResult();

        await Polling.UntilAsync(() => instance.Breaker.Outage is null);
        never.SetResult();
    }

    /// <remarks>By the real clock, on which the reply to the insert comes after the request.</remarks>
    [Fact]
    public async Task A_row_that_is_there_shows_that_storage_replies_also_if_its_owner_can_not_be_read()
    {
        var settings = storage.NewSettings();
        await new TableClient(settings.Location, settings.TablePrefix + MinerTables.Nonces).CreateIfNotExistsAsync(
            TestContext.Current.CancellationToken
        );
        await using var proxy = new StorageProxy(settings);
        await using var other = new ReplayInstance(settings, clock: TimeProvider.System);
        await using var one = new ReplayInstance(proxy.Settings, clock: TimeProvider.System, maxWait: TimeSpan.FromSeconds(6));
        Assert.Equal(200, await one.TakeAsync(one.Signed()));
        var caller = one.Signed();
        Assert.Equal(200, await other.TakeAsync(caller));
        proxy.Swallow("GET", int.MaxValue);

        Assert.Equal(401, await one.TakeAsync(caller));

        Assert.Equal((0, HealthStatus.Healthy), (one.Log.Count(3200), one.Health.Status));
    }

    /// <remarks>By the real clock, on which the read of a second try comes after the first try began.</remarks>
    [Fact]
    public async Task Storage_that_can_be_read_and_not_written_is_an_outage()
    {
        var settings = storage.NewSettings();
        await using var faulty = new FaultyStorage(settings.Location) { Fault = StorageFault.ReadOnly };
        await using var instance = new ReplayInstance(settings.Through(faulty), clock: TimeProvider.System);

        var answers = new List<int>();
        for (var i = 0; i < 5; i++)
        {
            answers.Add(await instance.TakeAsync(instance.Signed()));
        }

        Assert.Equal([200, 200, 200, 200, 200], answers);
        Assert.Equal((1, 0, HealthStatus.Degraded), (instance.Log.Count(3200), instance.Log.Count(3202), instance.Health.Status));
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
        Assert.Equal(503, await instance.TakeAsync(unremembered));
        var newcomers = new List<int>();
        for (var i = 0; i < 3; i++)
        {
            newcomers.Add(await instance.TakeAsync(instance.Signed(ahead: TimeSpan.FromSeconds(1))));
        }

        Assert.Equal([200, 200, 503], newcomers);
    }

    [Fact]
    public async Task A_stop_waits_until_requests_accepted_in_an_outage_are_stored()
    {
        var clock = new WatchedClock();
        await using var proxy = new StorageProxy(storage.NewSettings());
        await using var other = new ReplayInstance(proxy.Settings, clock: clock);
        var one = new ReplayInstance(proxy.Settings, clock: clock);
        Assert.Equal(200, await one.TakeAsync(one.Signed()));
        proxy.GoDown();
        var callers = Enumerable.Range(0, 30).Select(_ => one.Signed()).ToList();
        foreach (var caller in callers)
        {
            Assert.Equal(200, await one.TakeAsync(caller));
        }

        var stop = one.Pending.StopAsync(TestContext.Current.CancellationToken);
        Assert.False(stop.IsCompleted);
        await GoUpAsync(proxy, clock, pendingInstances: 1);
        await stop.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        await one.DisposeAsync();
        foreach (var caller in callers)
        {
            Assert.Equal(401, await other.TakeAsync(caller));
        }

        Assert.Equal((1, 0, 1), (one.Log.Count(3208), one.Log.Count(3209), one.Log.Count(3203)));
    }

    [Fact]
    public async Task A_stop_while_storage_is_unavailable_ends_in_time_and_reports_the_loss()
    {
        var clock = new WatchedClock();
        await using var silent = new SilentStorage();
        await using var instance = new ReplayInstance(silent.Settings, clock: clock);
        Assert.Equal(200, await AfterWaitAsync(instance.TakeAsync(instance.Signed()), clock, NonceStore.MaxFirstWait));
        var stop = instance.Pending.StopAsync(TestContext.Current.CancellationToken);
        await clock.WaitBeginsAsync(PendingNonces.MaxStop);
        clock.Advance(PendingNonces.MaxStop - TimeSpan.FromMilliseconds(1));
        Assert.False(stop.IsCompleted);
        clock.Advance(TimeSpan.FromMilliseconds(1));
        await stop.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        Assert.Equal((1, true), (instance.Log.Count(3209), instance.Pending.ExecuteTask?.IsCompleted));

        // Nothing is waited for where nothing is left.
        await using var idle = new ReplayInstance(silent.Settings, clock: clock);
        await idle
            .Pending.StopAsync(TestContext.Current.CancellationToken)
            .WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        Assert.Equal((0, 0), (idle.Log.Count(3208), idle.Log.Count(3209)));
    }

    /// <remarks>The worker of Azure Functions may still answer while its hosted services have stopped.</remarks>
    [Fact]
    public async Task A_request_that_is_answered_after_the_stop_is_reported_as_lost()
    {
        await using var proxy = new StorageProxy(storage.NewSettings());
        await using var instance = new ReplayInstance(proxy.Settings);
        Assert.Equal(200, await instance.TakeAsync(instance.Signed()));
        await instance.Pending.StopAsync(TestContext.Current.CancellationToken);
        proxy.GoDown();

        Assert.Equal(200, await instance.TakeAsync(instance.Signed()));

        Assert.Equal((0, 1), (instance.Pending.Count, instance.Log.Count(3209)));
    }

    [Fact]
    public async Task In_an_outage_a_process_refuses_requests_signed_before_its_start()
    {
        var clock = new WatchedClock();
        await using var proxy = new StorageProxy(storage.NewSettings());
        await using var before = new ReplayInstance(proxy.Settings, clock: clock);
        var old = before.Signed();
        Assert.Equal(200, await before.TakeAsync(old));
        proxy.GoDown();
        clock.Advance(TimeSpan.FromMilliseconds(1));
        await using var after = new ReplayInstance(proxy.Settings, clock: clock);
        Assert.Equal((503, 200), (await after.TakeAsync(old), await after.TakeAsync(after.Signed())));
    }

    /// <summary>Brings storage back while instances wait for their next attempt to store what is pending, and lets these begin.</summary>
    private static async Task GoUpAsync(StorageProxy proxy, WatchedClock clock, int pendingInstances)
    {
        for (var i = 0; i < pendingInstances; i++)
        {
            await clock.WaitBeginsAsync(PendingNonces.RetryDelay);
        }

        proxy.GoUp();
        clock.Advance(PendingNonces.RetryDelay);
    }

    /// <summary>Waits until nothing is pending, and until the log says what became of it.</summary>
    private static Task WrittenAsync(ReplayInstance instance) =>
        Polling.UntilAsync(() => instance.Pending.Count == 0 && instance.Log.Count(3203) + instance.Log.Count(3204) > 0);

    /// <summary>Lets exactly the wait for storage pass, which must then be over and not sooner.</summary>
    private static async Task<int> AfterWaitAsync(Task<int> taking, WatchedClock clock, TimeSpan wait)
    {
        await clock.WaitBeginsAsync(wait);
        clock.Advance(wait - TimeSpan.FromMilliseconds(1));
        Assert.False(taking.IsCompleted);
        clock.Advance(TimeSpan.FromMilliseconds(1));
        return await taking.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
    }
}
