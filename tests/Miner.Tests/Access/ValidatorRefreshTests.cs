using Bittbridge.Bittensor.Chain;
using Bittbridge.Bittensor.Keys;
using Bittbridge.Miner.Access;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Tests.Storage;
using Bittbridge.Testing;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Time.Testing;
using static Bittbridge.Miner.Tests.Access.AccessInstance;

namespace Bittbridge.Miner.Tests.Access;

/// <summary>When the chain is read, and what of it is believed, by one instance and by several on one storage.</summary>
public sealed class ValidatorRefreshTests(TestStorage storage) : IAsyncDisposable
{
    private readonly StorageSettings _storage = storage.NewSettings();
    private readonly FakeTimeProvider _clock = new(new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
    private readonly RecordedNode _node = new(TestSubnet.At());
    private readonly List<AccessInstance> _instances = [];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        _instances.ForEach(instance => instance.Dispose());
        await _node.DisposeAsync();
    }

    [Fact]
    public async Task Two_instances_share_one_read()
    {
        var (one, other) = (New(), New());
        await one.Refresh.RunAsync(Ct);
        var asked = _node.Requests.Count;
        _clock.Advance(TimeSpan.FromMinutes(10));
        await other.Refresh.RunAsync(Ct);
        Assert.Equal(asked, _node.Requests.Count);
        Assert.Equal(one.Known.Good!.ReadAt, other.Known.Good!.ReadAt);

        _clock.Advance(TimeSpan.FromSeconds(1));
        await other.Refresh.RunAsync(Ct);
        Assert.True(_node.Requests.Count > asked, "A list that is older than ten minutes was not read again.");
    }

    [Fact]
    public async Task A_list_of_an_hour_is_read_again_by_housekeeping()
    {
        var instance = New();
        await instance.Refresh.RunAsync(Ct);
        _clock.Advance(TimeSpan.FromHours(1));
        _node.Block += 300;
        await instance.Refresh.RunAsync(Ct);
        Assert.Equal((TestSubnet.Block + 300, _clock.GetUtcNow()), (instance.Known.Good!.Subnet.Block, instance.Known.Good.ReadAt));
    }

    [Fact]
    public async Task A_hundred_who_need_the_list_make_one_read()
    {
        var release = new TaskCompletionSource();
        _node.MayAnswer = release.Task;
        var instance = New();
        for (var i = 0; i < 100; i++)
        {
            instance.Refresh.StartIfNeeded();
        }

        var task = instance.Refresh.RunAsync(Ct);
        await _node.Came.Task.WaitAsync(Ct);
        Assert.Single(_node.Requests);
        release.SetResult();
        await task;
        Assert.Equal(4, _node.Requests.Count);
        Assert.NotNull(instance.Known.Good);
    }

    /// <summary>The second comes at one of the first one's reads of the clock, between its check and the start of the read.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Two_who_need_the_list_at_the_same_moment_share_a_read(int at)
    {
        var release = new TaskCompletionSource();
        _node.MayAnswer = release.Task;
        var clock = new InterruptedClock(_clock.GetUtcNow());
        var instance = New(clock: clock);
        var second = new SecondThread<Task>(at, () => instance.Refresh.RunAsync(CancellationToken.None));
        clock.Reading = second.Pass;

        // Without a token to wait with, this is the read itself.
        var first = instance.Refresh.RunAsync(CancellationToken.None);

        Assert.Same(first, await second.ResultAsync());
        release.SetResult();
        await first.WaitAsync(TimeSpan.FromMinutes(3), Ct);
        Assert.Equal(4, _node.Requests.Count);
    }

    [Fact]
    public async Task A_chain_that_fails_is_left_alone_for_a_minute_and_then_for_longer()
    {
        _node.Raw = "<html>502</html>";
        var instance = New();
        await instance.Refresh.RunAsync(Ct);
        Assert.Single(_node.Requests);
        foreach (var minutes in new[] { 1, 2, 4, 8, 15, 15 })
        {
            var asked = _node.Requests.Count;
            _clock.Advance(TimeSpan.FromMinutes(minutes) - TimeSpan.FromSeconds(1));
            instance.Refresh.StartIfNeeded();
            await instance.Refresh.RunAsync(Ct);
            Assert.Equal(asked, _node.Requests.Count);

            _clock.Advance(TimeSpan.FromSeconds(1));
            await instance.Refresh.RunAsync(Ct);
            Assert.Equal(asked + 1, _node.Requests.Count);
        }

        _node.Raw = null;
        _clock.Advance(RefreshBackoff.MaxDelay);
        await instance.Refresh.RunAsync(Ct);
        Assert.Null(instance.Refresh.LastFailure);
        Assert.NotNull(instance.Known.Good);
    }

    [Fact]
    public async Task An_older_block_replaces_nothing()
    {
        var instance = New();
        await instance.Refresh.RunAsync(Ct);
        _node.Serve(TestSubnet.At(TestSubnet.Block - 1, others: 30));
        _clock.Advance(TimeSpan.FromHours(1));
        await instance.Refresh.RunAsync(Ct);
        Assert.Equal(TestSubnet.Block, instance.Known.Good!.Subnet.Block);
        Assert.Equal(TestSubnet.Block, (await instance.Store.ReadAsync(Ct))!.List!.Subnet.Block);
        Assert.Contains(
            "block 4999999 is older than the last list's, block 5000000",
            instance.Refresh.LastFailure,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Most_of_the_list_gone_is_held_back_until_another_instance_sees_the_same_at_a_later_block()
    {
        var (one, other) = (New(), New());
        await one.Refresh.RunAsync(Ct);
        _clock.Advance(TimeSpan.FromHours(1));
        _node.Serve(TestSubnet.At(TestSubnet.Block + 300, others: 1));
        await one.Refresh.RunAsync(Ct);
        Assert.Equal(23, one.Known.Good!.Subnet.Neurons.Count);
        Assert.Contains("a second read must confirm that", one.Refresh.LastFailure, StringComparison.Ordinal);

        // The other instance reads it at the next challenge; the same block again proves nothing.
        Assert.Null((await other.AuthorizeAsync(TestSubnet.Alice)).Refusal);
        _clock.Advance(TimeSpan.FromMinutes(10) + TimeSpan.FromSeconds(1));
        other.AuthorizeAtOnce(TestSubnet.Alice);
        await Polling.UntilAsync(() => other.Refresh.LastFailure is not null);
        Assert.Equal(23, other.Known.Good!.Subnet.Neurons.Count);

        _node.Block += 50;
        _clock.Advance(RefreshBackoff.MinDelay);
        other.AuthorizeAtOnce(TestSubnet.Alice);
        await Polling.UntilAsync(() => other.Known.Good!.Subnet.Neurons.Count == 4);
        await Polling.UntilAsync(() => other.Refresh.LastFailure is null);
        Assert.Null((await other.Store.ReadAsync(Ct))!.HeldBack);
    }

    [Fact]
    public async Task What_is_gone_at_one_look_and_back_at_the_next_never_counted()
    {
        var instance = New();
        await instance.Refresh.RunAsync(Ct);
        _clock.Advance(TimeSpan.FromHours(1));
        _node.Serve(TestSubnet.At(TestSubnet.Block + 300, others: 1));
        await instance.Refresh.RunAsync(Ct);
        _node.Serve(TestSubnet.At(TestSubnet.Block + 350));
        _clock.Advance(TimeSpan.FromMinutes(10) + TimeSpan.FromSeconds(1));
        await instance.Refresh.RunAsync(Ct);
        Assert.Equal((23, TestSubnet.Block + 350), (instance.Known.Good!.Subnet.Neurons.Count, instance.Known.Good.Subnet.Block));
        Assert.Null((await instance.Store.ReadAsync(Ct))!.HeldBack);
    }

    [Fact]
    public async Task A_second_endpoint_that_is_believed_makes_up_for_a_first_that_is_not()
    {
        await using var lagging = new RecordedNode(TestSubnet.At());
        var instance = New(network: Urls(lagging, _node));
        await instance.Refresh.RunAsync(Ct);
        _clock.Advance(TimeSpan.FromHours(1));
        lagging.Serve(TestSubnet.At(TestSubnet.Block + 300, others: 1));
        _node.Block += 301;
        await instance.Refresh.RunAsync(Ct);
        Assert.Equal((23, _clock.GetUtcNow()), (instance.Known.Good!.Subnet.Neurons.Count, instance.Known.Good.ReadAt));
        Assert.Null(instance.Refresh.LastFailure);
        Assert.Null(instance.Known.Record.HeldBack);
        Assert.Contains(
            "most of the hotkeys or permits of block 5000000 are missing",
            instance.Refresh.LastConcern,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_permit_of_which_only_one_of_two_nodes_tells_does_not_count_until_the_other_does()
    {
        await using var lying = new RecordedNode(TestSubnet.At());
        var instance = New(network: Urls(lying, _node));
        await instance.Refresh.RunAsync(Ct);
        Assert.Equal((ListEvidence.TwoNodes, HealthStatus.Healthy), (instance.Known.Good!.Evidence, instance.Health.Check().Status));

        // Dave is new with a permit, and Alice's is gone.
        _clock.Advance(TimeSpan.FromHours(1));
        lying.Serve(Altered(TestSubnet.Block + 300));
        _node.Block += 300;
        await instance.Refresh.RunAsync(Ct);
        Assert.Equal(
            (null, 403),
            (instance.AuthorizeAtOnce(TestSubnet.Alice).Refusal, instance.AuthorizeAtOnce(TestSubnet.Dave).Refusal?.Status)
        );
        Assert.Equal(HealthStatus.Degraded, instance.Health.Check().Status);
        Assert.Contains(
            "1 new hotkeys or permits do not count until a second node reports them",
            instance.Health.Check().Description,
            StringComparison.Ordinal
        );
        Assert.Equal(1, instance.Log.Count(3107));

        // It is asked again soon; once both say so, it is true.
        _node.Serve(Altered(TestSubnet.Block + 305));
        _clock.Advance(RefreshBackoff.MinDelay);
        instance.Refresh.StartIfNeeded();
        await instance.Refresh.RunAsync(Ct);
        Assert.Equal(
            (403, null),
            (instance.AuthorizeAtOnce(TestSubnet.Alice).Refusal?.Status, instance.AuthorizeAtOnce(TestSubnet.Dave).Refusal)
        );
        Assert.Equal((null, HealthStatus.Healthy), (instance.Refresh.LastConcern, instance.Health.Check().Status));
    }

    [Fact]
    public async Task While_the_second_node_is_away_nothing_new_counts_the_list_stays_young_and_health_says_so()
    {
        await using var other = new RecordedNode(TestSubnet.At());
        var instance = New(network: Urls(_node, other));
        await instance.Refresh.RunAsync(Ct);
        other.Raw = "<html>502</html>";
        for (var hour = 1u; hour < 30; hour++)
        {
            _clock.Advance(TimeSpan.FromHours(1));
            _node.Serve(Altered(TestSubnet.Block + (300 * hour)));
            await instance.Refresh.RunAsync(Ct);
            Assert.Equal(_clock.GetUtcNow(), instance.Known.Good!.ReadAt);
            Assert.Equal(403, instance.AuthorizeAtOnce(TestSubnet.Dave).Refusal?.Status);
        }

        Assert.Contains(
            $"1 new hotkeys or permits do not count until a second node reports them (http://{other.Authority}: ",
            instance.Health.Check().Description,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_lie_that_was_stored_first_is_gone_as_soon_as_two_nodes_speak()
    {
        _node.Serve(Altered(4_000_000_000));
        await using var honest = new RecordedNode(TestSubnet.At()) { Raw = "<html>502</html>" };
        var instance = New(network: Urls(_node, honest));
        await instance.Refresh.RunAsync(Ct);
        Assert.Null(instance.AuthorizeAtOnce(TestSubnet.Dave).Refusal);
        Assert.Contains("no second node has confirmed the list", instance.Health.Check().Description, StringComparison.Ordinal);

        honest.Raw = null;
        _clock.Advance(RefreshBackoff.MinDelay);
        var next = New(network: Urls(_node, honest));
        await next.Refresh.RunAsync(Ct);
        Assert.Equal(403, next.AuthorizeAtOnce(TestSubnet.Dave).Refusal?.Status);
        Assert.Contains(
            "new hotkeys or permits do not count until a second node reports them",
            next.Refresh.LastConcern,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task One_node_by_two_urls_is_one_node()
    {
        var instance = New(network: $"http://{_node.Authority},ws://{_node.Authority}");
        await instance.Refresh.RunAsync(Ct);
        Assert.Equal((4, null, HealthStatus.Healthy), (_node.Requests.Count, instance.Refresh.LastConcern, instance.Health.Check().Status));
    }

    [Fact]
    public async Task A_block_that_the_time_does_not_allow_is_not_believed_and_the_next_honest_word_is()
    {
        var instance = New();
        await instance.Refresh.RunAsync(Ct);
        _clock.Advance(TimeSpan.FromHours(1));
        _node.Serve(Altered(TestSubnet.Block + 1_000_000));
        await instance.Refresh.RunAsync(Ct);
        Assert.Contains(
            "block 6000000 is further ahead of the last list's, block 5000000, than the elapsed time allows",
            instance.Refresh.LastFailure,
            StringComparison.Ordinal
        );
        Assert.Equal(
            (null, 403),
            (instance.AuthorizeAtOnce(TestSubnet.Alice).Refusal, instance.AuthorizeAtOnce(TestSubnet.Dave).Refusal?.Status)
        );

        _node.Serve(TestSubnet.At(TestSubnet.Block + 600));
        _clock.Advance(TimeSpan.FromHours(1));
        await instance.Refresh.RunAsync(Ct);
        Assert.Equal((TestSubnet.Block + 600, null), (instance.Known.Good!.Subnet.Block, instance.Known.Record.HeldBack));
    }

    [Fact]
    public async Task The_chain_can_be_read_by_websocket_too()
    {
        var instance = New(network: $"ws://{_node.Authority}");
        await instance.Refresh.RunAsync(Ct);
        Assert.Equal(23, instance.Known.Good!.Subnet.Neurons.Count);
    }

    [Fact]
    public async Task The_list_of_another_network_is_not_used()
    {
        await New().Refresh.RunAsync(Ct);
        await using var elsewhere = new RecordedNode(TestSubnet.At(block: 9, kin: "two"));
        var instance = New(network: Urls(elsewhere));
        Assert.Equal(503, (await instance.AuthorizeAsync(TestSubnet.Alice)).Refusal?.Status);
        await Polling.UntilAsync(() => instance.Known.Good is not null);
        Assert.Equal(9u, instance.Known.Good!.Subnet.Block);
    }

    [Fact]
    public async Task Storage_that_fails_leaves_the_instance_its_own_list_and_its_own_second_look()
    {
        var instance = New(new(StorageEmulator.Unreachable()));
        await instance.Refresh.RunAsync(Ct);
        Assert.Equal(23, instance.Known.Good!.Subnet.Neurons.Count);
        Assert.Equal(1, instance.Log.Count(3104));

        _node.Serve(TestSubnet.At(TestSubnet.Block + 300, others: 1));
        _clock.Advance(TimeSpan.FromHours(1));
        await instance.Refresh.RunAsync(Ct);
        Assert.Equal(23, instance.Known.Good!.Subnet.Neurons.Count);
        _node.Block += 50;
        _clock.Advance(TimeSpan.FromHours(1));
        await instance.Refresh.RunAsync(Ct);
        Assert.Equal(4, instance.Known.Good!.Subnet.Neurons.Count);
    }

    [Fact]
    public async Task A_hotkey_that_is_not_registered_is_warned_of_and_answers_all_the_same()
    {
        var instance = New(hotkey: TestSubnet.Dave);
        await instance.Refresh.RunAsync(Ct);
        Assert.Equal(1, instance.Log.Count(3102));
        Assert.Null(instance.AuthorizeAtOnce(TestSubnet.Alice).Refusal);
        var health = instance.Health.Check();
        Assert.Equal(HealthStatus.Degraded, health.Status);
        Assert.Contains(
            $"the miner's own hotkey {TestSubnet.Dave} is not registered in subnet 420",
            health.Description,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_registered_hotkey_causes_no_warning()
    {
        var instance = New();
        await instance.Refresh.RunAsync(Ct);
        Assert.Equal(0, instance.Log.Count(3102));
        Assert.Equal(1, instance.Log.Count(3100));
        var health = instance.Health.Check();
        Assert.Equal(
            (HealthStatus.Healthy, "permit: subnet 420 has 23 hotkeys, 6 with a permit, at block 5000000, read 0.0 minutes ago"),
            (health.Status, health.Description)
        );
    }

    [Fact]
    public async Task No_secret_of_an_endpoint_comes_to_light()
    {
        _node.Raw = "<html>502</html>";
        var instance = New(network: $"http://user:key1@{_node.Authority}/key2?key3=key4");
        await instance.Refresh.RunAsync(Ct);
        Assert.NotNull(instance.Refresh.LastFailure);
        Assert.Every(
            [instance.Refresh.LastFailure, instance.Health.Check().Description!, .. instance.Log.Lines.Select(line => line.Text)],
            text => Assert.DoesNotContain("key1", text, StringComparison.Ordinal)
        );
        Assert.Every(
            [instance.Refresh.LastFailure, instance.Health.Check().Description!, .. instance.Log.Lines.Select(line => line.Text)],
            text => Assert.DoesNotContain("key2", text, StringComparison.Ordinal)
        );
        Assert.Every(
            [instance.Refresh.LastFailure, instance.Health.Check().Description!, .. instance.Log.Lines.Select(line => line.Text)],
            text => Assert.DoesNotContain("key4", text, StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task The_end_of_the_process_ends_a_read_that_hangs()
    {
        _node.MayAnswer = Task.Delay(Timeout.InfiniteTimeSpan, Ct);
        var instance = New();
        var task = instance.Refresh.RunAsync(Ct);
        await _node.Came.Task.WaitAsync(Ct);
        instance.Refresh.Dispose();
        await task;
        Assert.Null(instance.Refresh.LastFailure);
    }

    [Fact]
    public async Task An_unexpected_exception_is_logged_as_an_error_and_the_chain_is_read_a_minute_later()
    {
        var isBroken = true;
        var instance = new AccessInstance(_storage, _clock, Urls(_node), refreshStore: store => new OddStore(store, () => isBroken));
        _instances.Add(instance);

        await instance.Refresh.RunAsync(Ct);

        Assert.Contains((3106, "Reading the subnet failed unexpectedly; the miner tries again"), instance.Log.Lines);
        Assert.Equal("an unexpected error; see the log", instance.Refresh.LastFailure);
        Assert.Contains(
            "last chain read failed: an unexpected error; see the log",
            instance.Health.Check().Description,
            StringComparison.Ordinal
        );

        isBroken = false;
        _clock.Advance(TimeSpan.FromSeconds(59));
        await instance.Refresh.RunAsync(Ct);
        Assert.Empty(_node.Requests);
        _clock.Advance(TimeSpan.FromSeconds(1));
        await instance.Refresh.RunAsync(Ct);
        Assert.Equal((null, 23, 1), (instance.Refresh.LastFailure, instance.Known.Good!.Subnet.Neurons.Count, instance.Log.Count(3106)));
    }

    /// <summary>The subnet with Dave in it, who has a permit, and without Alice's.</summary>
    private static SubnetSnapshot Altered(uint block)
    {
        var honest = TestSubnet.At(block);
        return new(
            TestSubnet.Netuid,
            block,
            [
                .. honest.Neurons.Select(neuron => neuron.Hotkey == TestSubnet.Alice.PublicKey ? neuron with { Permit = false } : neuron),
                new((ushort)honest.Neurons.Count, TestSubnet.Dave.PublicKey, true),
            ]
        );
    }

    private AccessInstance New(
        StorageSettings? storage = null,
        string? network = null,
        Ss58Address? hotkey = null,
        TimeProvider? clock = null
    )
    {
        var instance = new AccessInstance(storage ?? _storage, clock ?? _clock, network ?? Urls(_node), hotkey: hotkey);
        _instances.Add(instance);
        return instance;
    }

    /// <summary>A store that throws what no one expects of storage.</summary>
    private sealed class OddStore(IValidatorStore own, Func<bool> isBroken) : IValidatorStore
    {
        public Task<ValidatorRecord?> ReadForRequestAsync(CancellationToken ct) => own.ReadForRequestAsync(ct);

        public Task<ValidatorRecord?> ReadAsync(CancellationToken ct) =>
            isBroken() ? throw new InvalidOperationException("broken") : own.ReadAsync(ct);

        public Task<ValidatorRecord> UpdateAsync(Func<ValidatorRecord, ValidatorRecord> change, CancellationToken ct) =>
            own.UpdateAsync(change, ct);
    }
}
