using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Housekeeping;
using Bittbridge.Miner.Prices.Source;
using Bittbridge.Miner.Prices.Store;
using Bittbridge.Miner.Prices.Sync;
using Bittbridge.Miner.Tests.Housekeeping;
using Bittbridge.Miner.Tests.Http;
using Bittbridge.Miner.Tests.Prices.Store;
using Bittbridge.Miner.Tests.Storage;
using Bittbridge.Miner.Tests.Telemetry;
using Bittbridge.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging.Abstractions;
using static Bittbridge.Miner.Tests.Prices.Store.StoredPrices;

namespace Bittbridge.Miner.Tests.Prices.Sync;

/// <summary>Instances of a self-hosted miner share their tables, and each has a timer.</summary>
public sealed class ScheduledPollTests
{
    private readonly StorageSettings _storage;
    private readonly StoredPrices _prices;
    private readonly WatchedClock _clock = new();

    public ScheduledPollTests(TestStorage storage)
    {
        var settings = storage.NewSettings();
        _storage = settings with { TablePrefix = settings.TablePrefix[..17] };
        _prices = new(_storage);
        _clock.SetUtcNow(Noon);
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private ScriptedSource Source => field ??= new() { Latest = () => new([new(_clock.GetUtcNow(), 7.1)], Calls: 1) };

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public async Task Of_several_instances_one_polls_at_each_scheduled_time(int instances)
    {
        await _prices.SaveAsync(At(0));
        var polls = Enumerable.Range(0, instances).Select(_ => Instance()).ToList();
        for (var time = 1; time <= 3; time++)
        {
            _clock.SetUtcNow(Scheduled(time));
            var running = polls.ConvertAll(poll => poll.RunAsync(Ct));
            await Task.WhenAny(running);
            for (var waiting = 1; waiting < instances; waiting++)
            {
                await _clock.WaitBeginsAsync(ScheduledPoll.MaxWait);
            }

            _clock.Advance(ScheduledPoll.MaxWait);
            await Task.WhenAll(running);
            Assert.Equal(time, Source.LatestCalls);
        }

        var snapshot = await _prices.SnapshotAsync();
        Assert.Equal([At(0), .. Enumerable.Range(1, 3).Select(i => At(i, secondsOff: -15))], snapshot.History.Points());
        Assert.Equal(3, snapshot.Poll.CallsThisMonth);
    }

    [Fact]
    public async Task When_the_instance_that_has_the_claim_stops_another_polls_half_a_minute_later_for_the_same_slot()
    {
        await _prices.SaveAsync(At(0));
        _clock.SetUtcNow(Scheduled(1));
        Assert.True(await _prices.NewStore(_clock).TryClaimScheduledPollAsync(Scheduled(2), Ct));

        var polling = Instance().RunAsync(Ct);
        await _clock.WaitBeginsAsync(ScheduledPoll.MaxWait);
        Assert.Equal(0, Source.LatestCalls);
        _clock.Advance(ScheduledPoll.MaxWait);
        await polling;

        Assert.Equal([At(0), At(1, secondsOff: 15)], (await _prices.SnapshotAsync()).History.Points());
    }

    [Theory]
    [InlineData("45 4-59/5 * * * *", 300)]
    [InlineData("* * * * * *", 1)]
    public async Task A_single_instance_polls_at_every_scheduled_time_without_a_wait(string schedule, int seconds)
    {
        await _prices.SaveAsync(At(0));
        _clock.SetUtcNow(Scheduled(1));
        var instance = Instance(schedule: schedule);
        for (var time = 1; time <= 3; time++)
        {
            await instance.RunAsync(Ct).WaitAsync(TimeSpan.FromMinutes(3), Ct);
            Assert.Equal(time, Source.LatestCalls);
            _clock.Advance(TimeSpan.FromSeconds(seconds));
        }
    }

    [Fact]
    public async Task The_poll_goes_on_when_storage_refuses_the_claim()
    {
        await _prices.SaveAsync(At(0));
        _clock.SetUtcNow(Scheduled(1));
        await using var faulty = new FaultyStorage(_storage.Location);
        var store = new StoredPrices(_storage.Through(faulty)).NewStore(_clock);
        await store.ReadAsync(Ct);
        faulty.Fault = StorageFault.ReadOnly;
        await Instance(store).RunAsync(Ct);
        Assert.Equal(1, Source.LatestCalls);
    }

    [Fact]
    public async Task Prices_that_are_not_real_are_polled_by_every_process()
    {
        await _prices.SaveAsync(At(0));
        _clock.SetUtcNow(Scheduled(1));
        for (var process = 1; process <= 2; process++)
        {
            await Instance(source: PriceSettings.Simulated).RunAsync(Ct).WaitAsync(TimeSpan.FromMinutes(3), Ct);
            Assert.Equal(process, Source.LatestCalls);
        }
    }

    [Fact]
    public async Task The_timers_of_a_self_hosted_miner_run_housekeeping_and_claimed_polls_each_at_its_time()
    {
        var (kept, polled) = (NewTime(), NewTime());
        var housekeeping = new ScriptedTask("Housekeeping", () => kept.TrySetResult(_clock.GetUtcNow()));
        Source.Latest = () =>
        {
            polled.TrySetResult(_clock.GetUtcNow());
            return new([new(_clock.GetUtcNow(), 7.1)], Calls: 1);
        };
        await _prices.SaveAsync(At(1));
        _clock.SetUtcNow(Noon.Add(new(0, 7, 7)));
        await using var miner = await RunningMiner.StartAsync(
            null,
            [("Bittbridge:Storage", _storage.Location), ("Bittbridge:TablePrefix", _storage.TablePrefix)],
            services =>
                services
                    .AddMinerSchedule()
                    .AddSingleton<IHousekeepingTask>(housekeeping)
                    .Replace(ServiceDescriptor.Singleton<TimeProvider>(_clock))
                    .Replace(ServiceDescriptor.Singleton<IPriceSource>(Source))
        );

        await _clock.WaitBeginsAsync(TimeSpan.FromSeconds(23));
        Assert.False(kept.Task.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(23));
        Assert.Equal(Noon.Add(new(0, 7, 30)), await kept.Task.WaitAsync(TimeSpan.FromMinutes(3), Ct));

        Assert.Equal(0, Source.LatestCalls);
        await Polling.UntilAsync(() =>
        {
            _clock.Advance(TimeSpan.FromSeconds(5));
            return polled.Task.IsCompleted;
        });
        Assert.True(await polled.Task >= Scheduled(2));
        Assert.Contains($"tether-cny {PriceKeys.ScheduledClaim}", await _prices.KeysAsync());
    }

    private static TaskCompletionSource<DateTimeOffset> NewTime() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The time of the poll for a slot after noon, by the default schedule.</summary>
    private static DateTimeOffset Scheduled(int slot) => At(slot, secondsOff: -15).Time;

    private ScheduledPoll Instance(
        IPriceStore? store = null,
        string source = PriceSettings.CoinGecko,
        string schedule = "45 4-59/5 * * * *"
    )
    {
        store ??= _prices.NewStore(_clock);
        return new(
            new(Source, store, UnheardMetrics.New(), _clock, NullLogger<PriceRefresh>.Instance),
            store,
            new()
            {
                Storage = _storage,
                Prices = new() { Source = source, Schedule = schedule },
            },
            _clock
        );
    }
}
