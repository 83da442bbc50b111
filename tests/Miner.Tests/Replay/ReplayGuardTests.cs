using System.Text.Json;
using Azure.Data.Tables;
using Bittbridge.Bittensor.Authentication;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Replay;
using Bittbridge.Miner.Tests.Prices;
using Bittbridge.Miner.Tests.Storage;
using Bittbridge.Testing;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Time.Testing;

namespace Bittbridge.Miner.Tests.Replay;

public sealed class ReplayGuardTests(TestStorage storage)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0, 200)]
    [InlineData(300, 50)]
    public async Task Of_two_hundred_racing_pairs_in_two_instances_exactly_one_of_each_is_taken(int delayMs, int pairsAtOnce)
    {
        if (delayMs > 0)
        {
            MutationRun.SkipSlow();
        }

        await using var proxy = new StorageProxy(storage.NewSettings()) { Delay = TimeSpan.FromMilliseconds(delayMs) };
        await using var one = new ReplayInstance(proxy.Settings);
        await using var other = new ReplayInstance(proxy.Settings);
        var callers = Enumerable.Range(0, 200).Select(_ => one.Signed()).ToList();

        var answers = new List<int[]>();
        foreach (var some in callers.Chunk(pairsAtOnce))
        {
            answers.AddRange(
                await Task.WhenAll(
                    some.Select(caller =>
                        Task.WhenAll(Task.Run(() => one.TakeAsync(caller), Ct), Task.Run(() => other.TakeAsync(caller), Ct))
                    )
                )
            );
        }

        // Counts the pairs of answers, for the message of a failure.
        var counts = string.Join(
            "; ",
            answers.GroupBy(pair => string.Join(' ', pair.Order()), (pair, all) => $"{all.Count()} x {pair}").Order(StringComparer.Ordinal)
        );
        Assert.True(
            answers.Count == 200 && answers.All(pair => pair.Order().SequenceEqual([200, 401])),
            $"{counts}. {string.Join(' ', one.Log.Lines.Concat(other.Log.Lines))}"
        );
        Assert.Equal((0, 0), (one.Breaker.WithoutStore, other.Breaker.WithoutStore));
        Assert.Equal(200, (await RowsAsync(proxy.Settings)).Count);
    }

    [Fact]
    public async Task A_replay_and_a_request_that_has_become_stale_are_told_apart()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
        await using var instance = new ReplayInstance(storage.NewSettings(), ReplayMode.Memory, clock);
        var (caller, late) = (instance.Signed(), instance.Signed());
        Assert.Null(await instance.RefusalAsync(caller));
        var replayed = await instance.RefusalAsync(caller);
        clock.Advance(TimeSpan.FromMinutes(10));
        var stale = await instance.RefusalAsync(late);

        Assert.Equal(
            (401, RefusalReason.Replayed, "Not Verified with error: Nonce was used before: every request is signed anew"),
            (replayed!.Status, replayed.Reason, replayed.Message)
        );
        Assert.Equal((401, RefusalReason.Stale, "Not Verified with error: Nonce is too old"), (stale!.Status, stale.Reason, stale.Message));
    }

    [Fact]
    public async Task Of_requests_that_race_in_four_instances_one_takes_each()
    {
        var settings = storage.NewSettings();
        await using var first = new ReplayInstance(settings);
        await using var second = new ReplayInstance(settings);
        await using var third = new ReplayInstance(settings);
        await using var fourth = new ReplayInstance(settings);
        ReplayInstance[] instances = [first, second, third, fourth];
        var callers = Enumerable.Range(0, 100).Select(_ => first.Signed()).ToList();

        var answers = await Task.WhenAll(
            callers.Select(caller =>
                Task.WhenAll(instances.SelectMany(one => new[] { one, one }).Select(one => Task.Run(() => one.TakeAsync(caller), Ct)))
            )
        );

        Assert.Every(answers, statuses => Assert.Equal([200, .. Enumerable.Repeat(401, 7)], statuses.Order()));
        Assert.Every(instances, instance => Assert.Equal(0, instance.Breaker.WithoutStore));
        Assert.Every(await InTurnAsync(fourth, callers), status => Assert.Equal(401, status));
    }

    [Theory]
    [InlineData(ReplayMode.Durable, 1)]
    [InlineData(ReplayMode.Durable, -1)]
    [InlineData(ReplayMode.Strict, 1)]
    [InlineData(ReplayMode.Strict, -1)]
    [InlineData(ReplayMode.Memory, 1)]
    [InlineData(ReplayMode.Memory, -1)]
    public async Task A_clock_that_jumps_an_hour_and_back_lets_nothing_in_twice(ReplayMode mode, int hours)
    {
        var settings = storage.NewSettings();
        var clock = new MisdatedClock(new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero));
        await using var jumping = new ReplayInstance(settings, mode, clock);
        await using var other = new ReplayInstance(settings, mode, new FakeTimeProvider(clock.GetUtcNow()));
        var callers = Enumerable.Range(0, 5).Select(_ => jumping.Signed()).ToList();
        Assert.Every(await InTurnAsync(jumping, callers), status => Assert.Equal(200, status));

        clock.Ahead = TimeSpan.FromHours(hours);
        var later = jumping.Signed();
        Assert.Equal(200, await jumping.TakeAsync(later));
        await jumping.Pruning.RunAsync(Ct);
        clock.Ahead = TimeSpan.Zero;

        Assert.Every(await InTurnAsync(jumping, [.. callers, later]), status => Assert.Equal(401, status));
        if (mode != ReplayMode.Memory)
        {
            Assert.Every(await InTurnAsync(other, [.. callers, later]), status => Assert.Equal(401, status));
        }
    }

    [Theory]
    [InlineData(ReplayMode.Durable)]
    [InlineData(ReplayMode.Strict)]
    [InlineData(ReplayMode.Memory)]
    public async Task Of_twins_that_meet_in_one_instance_exactly_one_is_taken(ReplayMode mode)
    {
        await using var instance = new ReplayInstance(storage.NewSettings(), mode);
        var caller = instance.Signed();
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => instance.TakeAsync(caller), Ct)));
        Assert.Equal([200, .. Enumerable.Repeat(401, 19)], answers.Order());
        Assert.Equal(401, await instance.TakeAsync(caller));
    }

    [Fact]
    public async Task A_lower_nonce_that_is_fresh_and_new_is_not_a_replay()
    {
        await using var instance = new ReplayInstance(storage.NewSettings());
        var later = instance.Signed();
        Assert.Equal(200, await instance.TakeAsync(later));
        Assert.Equal(200, await instance.TakeAsync(later with { Nonce = later.Nonce - 1 }));
        Assert.Equal(200, await instance.TakeAsync(later with { Session = "" }));
        Assert.Equal(200, await instance.TakeAsync(later with { Format = WireFormat.BtAuth1 }));
        Assert.Equal(401, await instance.TakeAsync(later with { Timeout = TimeSpan.FromSeconds(60) }));
    }

    [Fact]
    public async Task A_row_is_the_slice_and_the_hash_and_says_no_more_than_whose_it_is()
    {
        var settings = storage.NewSettings();
        await using var instance = new ReplayInstance(settings);
        var caller = instance.Signed();
        await instance.TakeAsync(caller);
        var (row, key) = (Assert.Single(await RowsAsync(settings)), ReplayKey.Of(caller));
        Assert.Equal((key.Slice, key.Hash), (row.PartitionKey, row.RowKey));
        Assert.Equal(["Attempt", "PartitionKey", "RowKey", "Timestamp", "odata.etag"], row.Keys.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("POST", 1, false)]
    [InlineData("POST", 1, true)]
    [InlineData("POST", 3, false)]
    [InlineData("POST", 3, true)]
    public async Task A_caller_whose_reply_from_storage_is_lost_is_taken_once_and_its_replay_is_refused(
        string method,
        int count,
        bool resets
    )
    {
        var clock = new WatchedClock();
        await using var proxy = new StorageProxy(storage.NewSettings());
        await using var one = new ReplayInstance(proxy.Settings, ReplayMode.Strict, clock);
        await using var other = new ReplayInstance(proxy.Settings, ReplayMode.Strict, clock);
        Assert.Equal(200, await one.TakeAsync(one.Signed()));
        (resets ? proxy.Reset : (Action<string, int>)proxy.Swallow)(method, count);

        clock.Forget();
        var caller = one.Signed();
        var taking = one.TakeAsync(caller);
        if (!resets)
        {
            await BeginSecondTryAsync(proxy, clock);
        }

        Assert.Equal(200, await taking);

        Assert.Equal(1, proxy.Lost);
        proxy.Swallow(method, 0);
        Assert.Equal(401, await other.TakeAsync(caller));
        Assert.Equal(401, await one.TakeAsync(caller));
        Assert.Equal(0, one.Breaker.WithoutStore);
    }

    [Fact]
    public async Task A_replay_whose_reply_from_storage_is_lost_is_refused_still()
    {
        var clock = new WatchedClock();
        await using var proxy = new StorageProxy(storage.NewSettings());
        await using var one = new ReplayInstance(proxy.Settings, clock: clock);
        await using var other = new ReplayInstance(proxy.Settings, clock: clock);
        var caller = one.Signed();
        Assert.Equal(200, await one.TakeAsync(caller));
        proxy.Swallow("POST", 1);

        clock.Forget();
        var taking = other.TakeAsync(caller);
        await BeginSecondTryAsync(proxy, clock);
        Assert.Equal(401, await taking);
        Assert.Equal(1, proxy.Lost);
    }

    [Fact]
    public async Task A_row_without_an_owner_counts_as_anothers()
    {
        await using var proxy = new StorageProxy(storage.NewSettings());
        await using var one = new ReplayInstance(proxy.Settings);
        await using var other = new ReplayInstance(proxy.Settings);
        var caller = one.Signed();
        Assert.Equal(200, await one.TakeAsync(caller));
        proxy.Reset("GET", 100);
        Assert.Equal(401, await other.TakeAsync(caller));
        Assert.True(proxy.Lost > 1);
    }

    [Fact]
    public async Task A_row_that_names_no_attempt_counts_as_anothers()
    {
        var settings = storage.NewSettings();
        await using var instance = new ReplayInstance(settings);
        Assert.Equal(200, await instance.TakeAsync(instance.Signed()));
        var caller = instance.Signed();
        var key = ReplayKey.Of(caller);
        await Table(settings).AddEntityAsync(new TableEntity(key.Slice, key.Hash), Ct);

        Assert.Equal(401, await instance.TakeAsync(caller));
    }

    [Fact]
    public async Task A_table_that_was_dropped_is_made_again_within_the_call()
    {
        var settings = storage.NewSettings();
        await using var instance = new ReplayInstance(settings, ReplayMode.Strict);
        Assert.Equal(200, await instance.TakeAsync(instance.Signed()));
        await Table(settings).DeleteAsync(Ct);
        Assert.Equal(200, await instance.TakeAsync(instance.Signed()));
        Assert.Single(await RowsAsync(settings));
    }

    [Theory]
    [InlineData("uuid-hostile")]
    [InlineData("uuid-long")]
    public async Task No_session_breaks_a_key_or_crosses_another(string name)
    {
        var settings = storage.NewSettings();
        await using var one = new ReplayInstance(settings, ReplayMode.Strict);
        await using var other = new ReplayInstance(settings, ReplayMode.Strict);

        // The clock is this test's: the recording's session is what matters.
        var session = RecordedSession(name);
        var caller = one.Signed(session);
        Assert.Equal((200, 401), (await one.TakeAsync(caller), await other.TakeAsync(caller)));
        var others = (
            (string[])
                [session + "a", session[1..], session.Replace('/', '\\'), session.ToUpperInvariant(), Uri.EscapeDataString(session), ""]
        )
            .Distinct()
            .Where(other => other != session)
            .ToList();
        foreach (var near in others)
        {
            Assert.Equal(
                (200, 401),
                (await other.TakeAsync(caller with { Session = near }), await one.TakeAsync(caller with { Session = near }))
            );
        }

        Assert.Equal(1 + others.Count, (await RowsAsync(settings)).Count);
    }

    [Fact]
    public async Task A_full_memory_asks_the_table_and_still_finds_remembered_requests()
    {
        var settings = storage.NewSettings();
        await using var instance = new ReplayInstance(settings, remembered: 2);
        var callers = Enumerable.Range(0, 6).Select(_ => instance.Signed()).ToList();
        foreach (var caller in callers)
        {
            Assert.Equal((200, 401), (await instance.TakeAsync(caller), await instance.TakeAsync(caller)));
        }

        Assert.Equal(6, (await RowsAsync(settings)).Count);
    }

    [Fact]
    public async Task A_full_memory_without_a_table_refuses_who_is_new_rather_than_forget_who_was_taken()
    {
        await using var instance = new ReplayInstance(storage.NewSettings(), ReplayMode.Memory, remembered: 2);
        var callers = Enumerable.Range(0, 4).Select(_ => instance.Signed()).ToList();
        Assert.Equal([200, 200, 503, 503], await InTurnAsync(instance, callers));
        Assert.Equal([401, 401, 503, 503], await InTurnAsync(instance, callers));
    }

    [Fact]
    public async Task With_memory_alone_storage_is_never_called()
    {
        await using var silent = new SilentStorage();
        await using var instance = new ReplayInstance(silent.Settings, ReplayMode.Memory);
        var caller = instance.Signed();
        Assert.Equal(
            (200, 401, 200),
            (await instance.TakeAsync(caller), await instance.TakeAsync(caller), await instance.TakeAsync(instance.Signed()))
        );
        await instance.Pruning.RunAsync(Ct);
        Assert.Equal((0, HealthStatus.Healthy), (silent.Connections, instance.Health.Status));
    }

    [Fact]
    public async Task After_a_restart_memory_refuses_requests_signed_before_it_and_accepts_later_ones()
    {
        var clock = new FakeTimeProvider(new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero));
        Caller old;
        await using (var before = new ReplayInstance(storage.NewSettings(), ReplayMode.Memory, clock))
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            old = before.Signed();
            Assert.Equal(200, await before.TakeAsync(old));
        }

        clock.Advance(TimeSpan.FromSeconds(1));
        await using var after = new ReplayInstance(storage.NewSettings(), ReplayMode.Memory, clock);
        clock.Advance(TimeSpan.FromSeconds(1.5));
        Assert.Equal(
            new(
                401,
                RefusalReason.Stale,
                "Not Verified with error: Nonce is from before this miner started 1.5 s ago, so it can't tell whether it was used: sign "
                    + "the request anew"
            ),
            await after.RefusalAsync(old)
        );
        Assert.Equal(200, await after.TakeAsync(after.Signed()));

        // A caller whose clock is behind is taken as soon as its clock is past the start.
        Assert.Equal(401, await after.TakeAsync(after.Signed(ahead: TimeSpan.FromSeconds(-1.6))));
        Assert.Equal(200, await after.TakeAsync(after.Signed(ahead: TimeSpan.FromSeconds(-1.5))));
    }

    [Fact]
    public async Task A_clock_that_was_ahead_at_the_start_and_is_set_back_decides_as_one_that_was_right()
    {
        var clock = new MisdatedClock(new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero)) { Ahead = TimeSpan.FromHours(1) };
        await using var instance = new ReplayInstance(storage.NewSettings(), ReplayMode.Memory, clock);
        clock.Advance(TimeSpan.FromSeconds(2));
        clock.Ahead = TimeSpan.Zero;

        var caller = instance.Signed();
        Assert.Equal((200, 401), (await instance.TakeAsync(caller), await instance.TakeAsync(caller)));
        Assert.Equal(200, await instance.TakeAsync(instance.Signed(ahead: TimeSpan.FromSeconds(-2))));
        var before = await instance.RefusalAsync(instance.Signed(ahead: TimeSpan.FromSeconds(-2.1)));
        Assert.Contains("from before this miner started 2.0 s ago", before!.Message, StringComparison.Ordinal);
    }

    /// <summary>Begins the second try of a request, once the reply to its first is lost.</summary>
    private static async Task BeginSecondTryAsync(StorageProxy proxy, WatchedClock clock)
    {
        await clock.WaitBeginsAsync(NonceStore.HedgingDelay);
        await Polling.UntilAsync(() => proxy.Lost == 1);
        clock.Advance(NonceStore.HedgingDelay);
    }

    private static async Task<IReadOnlyList<int>> InTurnAsync(ReplayInstance instance, IEnumerable<Caller> callers)
    {
        var answers = new List<int>();
        foreach (var caller in callers)
        {
            answers.Add(await instance.TakeAsync(caller));
        }

        return answers;
    }

    private static string RecordedSession(string name)
    {
        var line = RecordedFacts
            .Lines("fixtures/v10-cases.jsonl")
            .Single(line => line.Contains($"\"name\": \"{name}\"", StringComparison.Ordinal));
        var headers = JsonDocument.Parse(line).RootElement.GetProperty("steps")[0].GetProperty("request").GetProperty("headers");
        return headers.EnumerateArray().Single(header => header[0].GetString() == "bt_header_dendrite_uuid")[1].GetString()!;
    }

    private static TableClient Table(StorageSettings settings) => new(settings.Location, settings.TablePrefix + "nonces");

    private static async Task<IReadOnlyList<TableEntity>> RowsAsync(StorageSettings settings)
    {
        var rows = new List<TableEntity>();
        await foreach (var entity in Table(settings).QueryAsync<TableEntity>(cancellationToken: Ct))
        {
            rows.Add(entity);
        }

        return rows;
    }
}
