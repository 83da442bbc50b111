using Bittbridge.Bittensor.Authentication;
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

/// <summary>Who is let in, whatever the chain does; with real storage and a chain on a real socket.</summary>
public sealed class SubnetAccessTests(TestStorage storage) : IAsyncDisposable
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

    [Theory]
    [InlineData(AccessMode.Permit, "//Alice", true, null)]
    [InlineData(AccessMode.Permit, "//Charlie", false, "Forbidden. Key is blacklisted: The hotkey has no validator permit in subnet 420.")]
    [InlineData(AccessMode.Permit, "//Dave", false, "Forbidden. Key is blacklisted: The hotkey is not registered in subnet 420.")]
    [InlineData(AccessMode.Registered, "//Alice", true, null)]
    [InlineData(AccessMode.Registered, "//Charlie", false, null)]
    [InlineData(AccessMode.Registered, "//Dave", false, "Forbidden. Key is blacklisted: The hotkey is not registered in subnet 420.")]
    [InlineData(AccessMode.Signed, "//Alice", true, null)]
    [InlineData(AccessMode.Signed, "//Charlie", false, null)]
    [InlineData(AccessMode.Signed, "//Dave", false, null)]
    public async Task Each_mode_lets_in_whom_it_says_and_knows_who_has_a_permit(
        AccessMode mode,
        string caller,
        bool hasPermit,
        string? refusal
    )
    {
        var instance = New(mode);
        await instance.Refresh.RunAsync(Ct);
        var result = instance.AuthorizeAtOnce(DevelopmentKey.Derive(caller).Address);
        Assert.Equal(refusal is null ? (null, null) : (403, refusal), ((int?)result.Refusal?.Status, result.Refusal?.Message));
        Assert.Equal(hasPermit, result.Refusal is null && result.Value.HasPermit);
    }

    [Fact]
    public async Task The_recorded_subnet_of_304_lets_its_validators_in()
    {
        await using var recorded = new RecordedNode();
        var instance = New(network: Urls(recorded));
        await instance.Refresh.RunAsync(Ct);
        Assert.Null(instance.AuthorizeAtOnce(TestSubnet.Alice).Refusal);
        Assert.Equal(403, instance.AuthorizeAtOnce(TestSubnet.Charlie).Refusal?.Status);
        var last = recorded.Storage[StorageKeys.Keys(420, 300)]!;
        Assert.True(PublicKey.TryParseHex(last, out var hotkey));
        Assert.True(instance.AuthorizeAtOnce(new(hotkey)).Value.HasPermit);
    }

    [Fact]
    public async Task A_caller_is_known_by_its_key_however_its_address_is_written()
    {
        var instance = New();
        await instance.Refresh.RunAsync(Ct);
        Assert.True(instance.AuthorizeAtOnce(new(TestSubnet.Alice.PublicKey, format: 0)).Value.HasPermit);
    }

    [Fact]
    public async Task In_a_subnet_without_permits_no_caller_is_admitted_and_health_says_so()
    {
        _node.Spoil = (key, value) => key == StorageKeys.ValidatorPermit(420) ? "0x" + "5c" + new string('0', 46) : value;
        var instance = New();
        await instance.Refresh.RunAsync(Ct);
        Assert.Equal(403, instance.AuthorizeAtOnce(TestSubnet.Alice).Refusal?.Status);
        var health = instance.Health.Check();
        Assert.Equal(HealthStatus.Unhealthy, health.Status);
        Assert.Contains("no hotkey has a validator permit", health.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_list_and_with_a_hanging_chain_callers_get_a_503_at_once()
    {
        _node.MayAnswer = Task.Delay(Timeout.InfiniteTimeSpan, Ct);
        var instance = New();
        Assert.Equal(503, (await instance.AuthorizeAsync(TestSubnet.Alice)).Refusal?.Status);
        await _node.Came.Task.WaitAsync(Ct);

        // Not even storage is waited for again.
        for (var i = 0; i < 100; i++)
        {
            Assert.Equal(
                new(503, RefusalReason.ValidatorsUnknown, "This miner can't tell at the moment who may call: ask again later."),
                instance.AuthorizeAtOnce(TestSubnet.Alice).Refusal
            );
        }

        Assert.Single(_node.Requests);
    }

    [Fact]
    public async Task The_first_call_of_all_makes_the_chain_be_read_behind_it()
    {
        var instance = New();
        Assert.Equal(503, (await instance.AuthorizeAsync(TestSubnet.Alice)).Refusal?.Status);
        await Polling.UntilAsync(() => instance.Known.Good is not null);
        Assert.Null(instance.AuthorizeAtOnce(TestSubnet.Alice).Refusal);
    }

    [Fact]
    public async Task A_cold_instance_waits_for_what_another_has_stored_and_asks_the_chain_nothing()
    {
        await New().Refresh.RunAsync(Ct);
        var asked = _node.Requests.Count;
        _node.MayAnswer = Task.Delay(Timeout.InfiniteTimeSpan, Ct);
        var cold = New();
        Assert.Null((await cold.AuthorizeAsync(TestSubnet.Alice)).Refusal);
        Assert.Equal(403, cold.AuthorizeAtOnce(TestSubnet.Charlie).Refusal?.Status);
        Assert.Equal(asked, _node.Requests.Count);
    }

    [Fact]
    public async Task Storage_that_says_nothing_costs_a_cold_instance_its_budget_and_no_more()
    {
        await using var silent = new SilentStorage();
        var instance = New(storage: silent.Settings);
        var judged = Enumerable.Range(0, 50).Select(_ => instance.AuthorizeAsync(TestSubnet.Alice)).ToList();
        await silent.FirstCame.WaitAsync(Ct);
        _clock.Advance(instance.Settings.Budget - TimeSpan.FromMilliseconds(1));
        Assert.Every(judged, one => Assert.False(one.IsCompleted));
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Every(await Task.WhenAll(judged), verdict => Assert.Equal(503, verdict.Refusal?.Status));
        Assert.Equal(1, silent.Connections);
    }

    [Fact]
    public async Task A_call_that_is_given_up_leaves_the_look_to_the_others()
    {
        await using var silent = new SilentStorage();
        var instance = New(storage: silent.Settings);
        using var impatient = new CancellationTokenSource();
        var one = instance.Policy.AuthorizeAsync(TestSubnet.Caller(TestSubnet.Alice), impatient.Token).AsTask();
        var other = instance.AuthorizeAsync(TestSubnet.Alice);
        await silent.FirstCame.WaitAsync(Ct);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => one.WaitAsync(TimeSpan.FromMinutes(3), Ct));
        Assert.False(other.IsCompleted);
        Assert.Equal(1, silent.Connections);
        silent.Fail();
        Assert.Equal(503, (await other).Refusal?.Status);
    }

    [Fact]
    public async Task Without_storage_the_chain_alone_lets_callers_in()
    {
        var instance = New(storage: new(StorageEmulator.Unreachable()));
        Assert.Equal(503, (await instance.AuthorizeAsync(TestSubnet.Alice)).Refusal?.Status);
        await Polling.UntilAsync(() => instance.Known.Good is not null);
        Assert.Null(instance.AuthorizeAtOnce(TestSubnet.Alice).Refusal);
        Assert.Contains("storage is out of reach", instance.Health.Check().Description, StringComparison.Ordinal);
    }

    /// <summary>Access is open, because the refresh from the chain would read storage too, and logs the same event.</summary>
    [Fact]
    public async Task Each_outage_of_storage_is_logged_once()
    {
        await using var faulty = new FaultyStorage(_storage.Location);
        var instance = New(AccessMode.Open, storage: _storage.Through(faulty));
        foreach (var (fails, lines) in new[] { (true, 1), (true, 1), (false, 1), (true, 2) })
        {
            faulty.Fault = fails ? StorageFault.Throttled : StorageFault.None;
            _clock.Advance(TimeSpan.FromSeconds(2));
            await instance.Directory.CurrentAsync(Ct);
            Assert.Equal((fails, lines), (instance.Directory.LastReadFailure is not null, instance.Log.Count(3103)));
        }
    }

    public static TheoryData<string> Faults =>
        ["hangs", "down", "garbage", "nothing", "nulls", "zeros", "short", "few", "older", "other subnet"];

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task The_last_list_decides_on_callers_at_once_in_any_state_of_the_chain(string fault)
    {
        var instance = New();
        await instance.Refresh.RunAsync(Ct);
        var list = instance.Known.Good;
        Break(fault);
        var asked = _node.Requests.Count;

        // Old enough for a challenge to start another read, but still valid.
        _clock.Advance(TimeSpan.FromHours(2) + TimeSpan.FromMinutes(1));
        for (var i = 0; i < 20; i++)
        {
            Assert.Null(instance.AuthorizeAtOnce(TestSubnet.Alice).Refusal);
            Assert.Equal(403, instance.AuthorizeAtOnce(TestSubnet.Dave).Refusal?.Status);
        }

        await Polling.UntilAsync(() => _node.Requests.Count > asked);
        if (fault == "hangs")
        {
            // Each of the calls asked for one thing, the chain was asked once.
            Assert.Equal(asked + 1, _node.Requests.Count);
            Assert.Null(instance.AuthorizeAtOnce(TestSubnet.Alice).Refusal);
            return;
        }

        await Polling.UntilAsync(() => instance.Refresh.LastFailure is not null);
        Assert.Equal(list!.ReadAt, instance.Known.Good!.ReadAt);
        Assert.Equal(list.Subnet.Neurons, instance.Known.Good.Subnet.Neurons);
        Assert.Null(instance.AuthorizeAtOnce(TestSubnet.Alice).Refusal);
        Assert.Equal(1, instance.Log.Count(3101));
        Assert.Contains("last chain read failed: http://127.0.0.1", instance.Health.Check().Description, StringComparison.Ordinal);
        Assert.Equal(HealthStatus.Healthy, instance.Health.Check().Status);
    }

    [Fact]
    public async Task The_last_list_is_valid_for_a_day_then_no_caller_is_admitted_until_the_chain_is_back()
    {
        var instance = New();
        await instance.Refresh.RunAsync(Ct);
        Break("down");
        _clock.Advance(TimeSpan.FromHours(3));
        Assert.Equal(HealthStatus.Healthy, instance.Health.Check().Status);
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(HealthStatus.Degraded, instance.Health.Check().Status);

        _clock.Advance(new TimeSpan(20, 59, 0));
        Assert.Null(instance.AuthorizeAtOnce(TestSubnet.Alice).Refusal);
        Assert.Equal(HealthStatus.Degraded, instance.Health.Check().Status);
        await Polling.UntilAsync(() => instance.Refresh.LastFailure is not null);

        _clock.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal(503, (await instance.AuthorizeAsync(TestSubnet.Alice)).Refusal?.Status);
        var health = instance.Health.Check();
        Assert.Equal(HealthStatus.Unhealthy, health.Status);
        Assert.Contains(
            "read 1441.0 minutes ago; that is more than 24 hours, so no caller is answered until it is read again",
            health.Description,
            StringComparison.Ordinal
        );
        Assert.Contains("503", health.Description, StringComparison.Ordinal);

        // The chain is back, begun anew: its blocks are lower and its people others.
        await Polling.UntilAsync(() => instance.Log.Count(3101) == 2);
        _node.Statuses.Clear();
        _node.Serve(TestSubnet.At(block: 7, kin: "two"));
        _clock.Advance(RefreshBackoff.MaxDelay);
        await instance.AuthorizeAsync(TestSubnet.Alice);
        await Polling.UntilAsync(() => instance.Known.Good is not null);
        Assert.Null(instance.AuthorizeAtOnce(TestSubnet.Alice).Refusal);
        Assert.Equal(7u, instance.Known.Good!.Subnet.Block);
        Assert.Equal(HealthStatus.Healthy, instance.Health.Check().Status);
        Assert.Equal(7u, (await instance.Store.ReadAsync(Ct))!.List!.Subnet.Block);
    }

    [Fact]
    public async Task Where_a_signature_is_enough_neither_list_nor_chain_is_missed()
    {
        _node.MayAnswer = Task.Delay(Timeout.InfiniteTimeSpan, Ct);
        var instance = New(AccessMode.Signed, storage: new(StorageEmulator.Unreachable()));
        Assert.Equal(default, instance.AuthorizeAtOnce(TestSubnet.Alice));
        Assert.Equal(HealthStatus.Healthy, instance.Health.Check().Status);
        await _node.Came.Task.WaitAsync(Ct);
        Assert.Equal(default, instance.AuthorizeAtOnce(TestSubnet.Dave));
    }

    [Fact]
    public async Task Where_access_is_open_the_chain_is_left_alone()
    {
        var instance = New(AccessMode.Open);
        await instance.Refresh.RunAsync(Ct);
        Assert.Empty(_node.Requests);
        Assert.Equal(
            (HealthStatus.Healthy, "open: every caller is answered"),
            (instance.Health.Check().Status, instance.Health.Check().Description)
        );
    }

    [Fact]
    public async Task A_newer_list_that_another_instance_read_is_noticed_within_a_minute_of_use()
    {
        var (one, other) = (New(), New());
        await one.Refresh.RunAsync(Ct);
        _clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(403, (await other.AuthorizeAsync(TestSubnet.Dave)).Refusal?.Status);

        var subnet = TestSubnet.At(TestSubnet.Block + 300);
        _node.Serve(new(420, subnet.Block, [.. subnet.Neurons, new((ushort)subnet.Neurons.Count, TestSubnet.Dave.PublicKey, true)]));
        await one.Refresh.RunAsync(Ct);
        var asked = _node.Requests.Count;
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(403, other.AuthorizeAtOnce(TestSubnet.Dave).Refusal?.Status);
        await Polling.UntilAsync(() => other.AuthorizeAtOnce(TestSubnet.Dave).Refusal is null);
        Assert.Equal(asked, _node.Requests.Count);
    }

    private void Break(string fault)
    {
        switch (fault)
        {
            case "hangs":
                _node.MayAnswer = Task.Delay(Timeout.InfiniteTimeSpan, Ct);
                break;
            case "down":
                for (var i = 0; i < 100; i++)
                {
                    _node.Statuses.Enqueue(503);
                }

                break;
            case "garbage":
                _node.Raw = "<html>502</html>";
                break;
            case "nothing":
                _node.Twist = (_, answer) => answer["result"] = null;
                break;
            case "nulls":
                _node.Spoil = (_, _) => null;
                break;
            case "zeros":
                _node.Spoil = (_, value) => value is null ? null : "0x" + new string('0', value.Length - 2);
                break;
            case "short":
                _node.Spoil = (_, value) => value is null ? null : value[..(2 + (2 * ((value.Length - 2) / 4)))];
                break;
            case "few":
                _node.Serve(TestSubnet.At(TestSubnet.Block + 600, others: 1));
                break;
            case "older":
                _node.Block -= 1;
                break;
            case "other subnet":
                _node.Serve(TestSubnet.At(TestSubnet.Block + 600, named: false, kin: "two"));
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(fault), fault, null);
        }
    }

    private AccessInstance New(AccessMode access = AccessMode.Permit, StorageSettings? storage = null, string? network = null)
    {
        var instance = new AccessInstance(storage ?? _storage, _clock, network ?? Urls(_node), access);
        _instances.Add(instance);
        return instance;
    }
}
