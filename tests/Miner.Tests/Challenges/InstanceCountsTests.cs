using Azure;
using Azure.Data.Tables;
using Bittbridge.Bittensor.Authentication;
using Bittbridge.Bittensor.Keys;
using Bittbridge.Miner.Challenges;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Health;
using Bittbridge.Miner.Telemetry;
using Bittbridge.Miner.Tests.Access;
using Bittbridge.Miner.Tests.Prices;
using Bittbridge.Miner.Tests.Storage;
using Bittbridge.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Bittbridge.Miner.Tests.Challenges;

public sealed class InstanceCountsTests(TestStorage storage)
{
    private static readonly DateTimeOffset Evening = new(2026, 11, 26, 23, 58, 30, TimeSpan.Zero);
    private static readonly PublicKey Alice = TestSubnet.Alice.PublicKey;

    private readonly StorageSettings _storage = storage.NewSettings();
    private readonly FakeTimeProvider _clock = new(Evening);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private TableClient Table => new(_storage.Location, _storage.TablePrefix + "trackrecord");

    [Fact]
    public async Task What_one_instance_answered_and_refused_is_known_to_another()
    {
        await using var one = await StartAsync();
        await using var other = await StartAsync();
        one.Metrics.Answered("answered", WireFormat.V10, TimeSpan.FromMilliseconds(2));
        one.Metrics.Refused(RefusalReason.BadSignature, 401, WireFormat.V10, default);
        one.Metrics.Refused(RefusalReason.Replayed, 401, WireFormat.V10, default);
        other.Metrics.Answered("answered_null", WireFormat.BtAuth1, default);
        other.Metrics.Answered("echoed", WireFormat.BtAuth1, default);
        other.Metrics.Refused(RefusalReason.Replayed, 401, WireFormat.V10, default);
        await one.Counts.StoreAsync(Ct);
        await other.Counts.ReadAsync(Ct);

        var today = other.Counts.Known.Today;
        Assert.Equal((new DateOnly(2026, 11, 26), 2L), (today.Day, today.Answered));
        Assert.Equal([new("bad_signature", 1), new("replayed", 2)], today.Refused);

        // Its own counts don't count twice once they are stored.
        await other.Counts.StoreAsync(Ct);
        await other.Counts.ReadAsync(Ct);
        Assert.Equal(2, other.Counts.Known.Today.Answered);
    }

    [Fact]
    public async Task A_validator_of_another_task_that_asked_one_instance_degrades_the_health_of_every_instance()
    {
        await using var one = await StartAsync();
        await using var other = await StartAsync();
        one.Activity.AskedForAnotherTask(Alice, TimeSpan.FromHours(6));
        one.Activity.Answered(Alice, TimeSpan.FromMilliseconds(3));
        one.Metrics.Refused(RefusalReason.OtherTask, 400, WireFormat.V10, default);
        await one.Counts.StoreAsync(Ct);
        other.Activity.AskedForAnotherTask(Alice, TimeSpan.FromHours(6));

        var health = await other.HealthAsync();
        Assert.Equal(HealthStatus.Degraded, health.Status);
        Assert.Contains($"{TestSubnet.Alice} asks for forecasts 6 h ahead (2 times)", health.Description, StringComparison.Ordinal);
        Assert.Equal(HealthStatus.Healthy, (await one.HealthAsync()).Status);
        var alice = Assert.Single(other.Counts.Known.Callers);
        Assert.Equal((1, Evening, 3d), (alice.Answered, alice.LastAnswer, alice.LatencyMs));

        _clock.Advance(TimeSpan.FromMinutes(61));
        Assert.Equal("no challenge was answered in the last hour", (await other.HealthAsync()).Description);
    }

    /// <summary>All of them would exceed the 32,768 characters that a property of a row holds.</summary>
    [Fact]
    public async Task Of_256_callers_the_100_most_active_are_stored()
    {
        await using var one = await StartAsync();
        await using var other = await StartAsync();
        PublicKey[] callers = [.. TestSubnet.At(others: 256, named: false).Neurons.Select(neuron => neuron.Hotkey)];
        foreach (var caller in callers)
        {
            one.Activity.Answered(caller, TimeSpan.FromMilliseconds(3));
            one.Activity.AskedForAnotherTask(caller, TimeSpan.FromHours(6));
        }

        foreach (var caller in callers[156..])
        {
            one.Activity.LackedPermit(caller);
        }

        one.Metrics.Answered("answered", WireFormat.V10, default);
        await one.Counts.StoreAsync(Ct);
        await other.Counts.ReadAsync(Ct);

        Assert.Equal(256, one.Counts.Known.Callers.Count);
        Assert.Equal(
            callers[156..].Select(caller => new Ss58Address(caller).ToString()).Order(StringComparer.Ordinal),
            other.Counts.Known.Callers.Select(caller => caller.Caller).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task Counts_are_stored_when_they_have_changed_and_cost_one_operation()
    {
        await using var counting = new FaultyStorage(_storage.Location);
        await using var one = await StartAsync(_storage.Through(counting));
        await one.Counts.StoreAsync(Ct);
        Assert.Empty(counting.Take());

        one.Metrics.Answered("answered", WireFormat.V10, default);
        await one.Counts.StoreAsync(Ct);
        Assert.Equal(["POST ", "PUT trackrecord"], counting.Take());
        await one.Counts.StoreAsync(Ct);
        Assert.Empty(counting.Take());

        for (var i = 0; i < 100; i++)
        {
            one.Metrics.Answered("answered", WireFormat.V10, default);
        }

        await one.Counts.StoreAsync(Ct);
        Assert.Equal(["PUT trackrecord"], counting.Take());
        Assert.Equal(101, (await Table.QueryAsync<TableEntity>(cancellationToken: Ct).SingleAsync(Ct)).GetInt64("Answered"));
    }

    [Fact]
    public async Task Each_day_has_its_counts_and_the_last_ones_before_midnight_are_not_lost()
    {
        await using var one = await StartAsync();
        await using var other = await StartAsync();
        one.Metrics.Answered("answered", WireFormat.V10, default);
        await one.Counts.StoreAsync(Ct);
        one.Metrics.Answered("answered", WireFormat.V10, default);
        _clock.Advance(TimeSpan.FromMinutes(2));
        one.Metrics.Answered("answered", WireFormat.V10, default);
        await one.Counts.StoreAsync(Ct);

        await other.Counts.ReadAsync(Ct);
        Assert.Equal((1L, 1L), (one.Counts.Known.Today.Answered, other.Counts.Known.Today.Answered));
        var rows = await Table.QueryAsync<TableEntity>(cancellationToken: Ct).ToListAsync(Ct);
        Assert.Equal([("2026-11-26", 2L), ("2026-11-27", 1L)], rows.Select(row => (row.RowKey[..10], row.GetInt64("Answered")!.Value)));
    }

    [Fact]
    public async Task A_clock_that_is_set_back_across_midnight_loses_no_counts_of_the_day_before()
    {
        var clock = new FakeTimeProvider(Evening);
        await using var one = await Instance.StartAsync(_storage, clock);
        one.Metrics.Answered("answered", WireFormat.V10, default);
        clock.Advance(TimeSpan.FromMinutes(2));
        await one.Counts.StoreAsync(Ct);

        clock.AdjustTime(Evening);
        one.Metrics.Answered("answered", WireFormat.V10, default);
        await one.Counts.StoreAsync(Ct);
        Assert.Equal(2, one.Counts.Known.Today.Answered);
        Assert.Equal(2, (await Table.QueryAsync<TableEntity>(cancellationToken: Ct).SingleAsync(Ct)).GetInt64("Answered"));
    }

    [Fact]
    public async Task The_counts_are_stored_every_minute_and_at_the_stop()
    {
        var clock = new WatchedClock();
        await using (var one = await Instance.StartAsync(_storage, clock))
        {
            one.Metrics.Answered("answered", WireFormat.V10, default);
            await one.Counts.StartAsync(Ct);
            await clock.WaitBeginsAsync(TimeSpan.FromMinutes(1));
            clock.Advance(TimeSpan.FromMinutes(1));
            while (!await IsStoredAsync(1))
            {
                await Task.Delay(20, Ct);
            }

            one.Metrics.Answered("answered", WireFormat.V10, default);
            await one.Counts.StopAsync(Ct);
        }

        Assert.True(await IsStoredAsync(2));

        async Task<bool> IsStoredAsync(long answered)
        {
            try
            {
                return (await Table.QueryAsync<TableEntity>(cancellationToken: Ct).ToListAsync(Ct)).Sum(row => row.GetInt64("Answered"))
                    == answered;
            }
            catch (RequestFailedException exception) when (exception.Status == 404)
            {
                return false;
            }
        }
    }

    [Fact]
    public async Task Housekeeping_drops_the_days_before_yesterday_and_nothing_else()
    {
        await using var one = await StartAsync();
        await Table.CreateIfNotExistsAsync(Ct);
        await Table.AddEntityAsync(new TableEntity("tether-cny", "2026-11-01 last-price@1 Active"), Ct);
        for (var day = 0; day < 4; day++)
        {
            _clock.Advance(TimeSpan.FromDays(day > 0 ? 1 : 0));
            one.Metrics.Answered("answered", WireFormat.V10, default);
            await one.Counts.StoreAsync(Ct);
        }

        await one.Counts.RunAsync(Ct);
        var rows = await Table.QueryAsync<TableEntity>(cancellationToken: Ct).ToListAsync(Ct);
        Assert.Equal(["2026-11-28", "2026-11-29", "2026-11-01"], rows.Select(row => row.RowKey[..10]));
    }

    [Fact]
    public async Task Without_storage_its_own_counts_are_known_and_stored_when_storage_is_back()
    {
        await using var counting = new FaultyStorage(_storage.Location);
        await using var one = await StartAsync(_storage.Through(counting));
        one.Activity.AskedForAnotherTask(Alice, TimeSpan.FromHours(6));
        one.Activity.AskedForAnotherTask(Alice, TimeSpan.FromHours(6));
        one.Metrics.Answered("answered", WireFormat.V10, default);
        counting.BreakAfter(0, isNextDone: false);
        await Assert.ThrowsAnyAsync<Exception>(() => one.Counts.StoreAsync(Ct));
        Assert.Equal(HealthStatus.Degraded, (await one.HealthAsync()).Status);
        Assert.Equal(1, one.Counts.Known.Today.Answered);

        counting.BreakAfter(int.MaxValue, isNextDone: false);
        await one.Counts.StoreAsync(Ct);
        Assert.Equal(1, (await Table.QueryAsync<TableEntity>(cancellationToken: Ct).SingleAsync(Ct)).GetInt64("Answered"));
    }

    [Fact]
    public async Task For_silent_storage_the_health_check_waits_no_longer_than_the_budget_of_a_challenge()
    {
        var clock = new WatchedClock();
        await using var silent = new SilentStorage();
        await using var one = await Instance.StartAsync(silent.Settings, clock);
        one.Activity.Answered(Alice, TimeSpan.FromMilliseconds(3));
        var budget = new MinerSettings { Storage = silent.Settings }.Budget;

        var checking = one.HealthAsync();
        await clock.WaitBeginsAsync(budget);
        clock.Advance(budget);

        var health = await checking.WaitAsync(TimeSpan.FromMinutes(3), Ct);
        Assert.Equal((HealthStatus.Healthy, "one caller was answered in the last hour"), (health.Status, health.Description));
    }

    [Theory]
    [InlineData("Refused", "{\"replayed\":")]
    [InlineData("Callers", "[{\"Caller\":null}]")]
    [InlineData("Callers", "null")]
    [InlineData("Callers", "[null]")]
    [InlineData("Callers", "[{\"Caller\":\"5F\",\"Last\":\"2026-11-26T23:58:00+00:00\",\"LatencyMs\":1e999}]")]
    [InlineData("Callers", "[{\"Caller\":\"5F\",\"Last\":\"2026-11-26T23:58:00+00:00\",\"Offset\":\"-10675199.02:48:05.4775808\"}]")]
    [InlineData("Format", 2)]
    [InlineData("Answered", "many")]
    public async Task A_damaged_row_is_read_as_far_as_it_goes(string property, object value)
    {
        await using var one = await StartAsync();
        await Table.CreateIfNotExistsAsync(Ct);
        await Table.AddEntityAsync(new TableEntity(InstanceCounts.Partition, "2026-11-26 abc") { ["Format"] = 1, [property] = value }, Ct);
        await Table.AddEntityAsync(new TableEntity(InstanceCounts.Partition, "2026-11-26 def") { ["Format"] = 1, ["Answered"] = 3L }, Ct);
        await Table.AddEntityAsync(new TableEntity(InstanceCounts.Partition, "3026") { ["Format"] = 1, ["Answered"] = 5L }, Ct);
        await one.Counts.ReadAsync(Ct);
        Assert.Equal((3L, 0), (one.Counts.Known.Today.Answered, one.Counts.Known.Callers.Count));
    }

    private Task<Instance> StartAsync(StorageSettings? settings = null) => Instance.StartAsync(settings ?? _storage, _clock);

    /// <summary>What one process counts.</summary>
    private sealed class Instance : IAsyncDisposable
    {
        private readonly ServiceProvider _meters = new ServiceCollection().AddMetrics().BuildServiceProvider();
        private readonly RequestTally _tally;
        private readonly MinerSettings _settings;
        private readonly TimeProvider _clock;

        private Instance(StorageSettings storage, TimeProvider clock)
        {
            var meters = _meters.GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>();
            _settings = new() { Storage = storage, Netuid = 183 };
            (_tally, _clock) = (new(meters, clock), clock);
            Metrics = new(meters, clock);
            Activity = new(clock, NullLogger<CallerActivity>.Instance);
            Counts = new(_tally, Activity, new(storage, TimeSpan.FromMinutes(9)), clock, NullLogger<InstanceCounts>.Instance);
        }

        public MinerMetrics Metrics { get; }

        public CallerActivity Activity { get; }

        public InstanceCounts Counts { get; }

        public static async Task<Instance> StartAsync(StorageSettings storage, TimeProvider clock)
        {
            var instance = new Instance(storage, clock);
            await instance._tally.StartAsync(Ct);
            return instance;
        }

        public Task<HealthCheckResult> HealthAsync() => new CallersHealth(Counts, _settings, _clock).CheckHealthAsync(new(), Ct);

        public async ValueTask DisposeAsync()
        {
            Counts.Dispose();
            _tally.Dispose();
            await _meters.DisposeAsync();
        }
    }
}
