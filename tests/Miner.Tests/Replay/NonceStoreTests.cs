using System.Diagnostics.Metrics;
using Bittbridge.Bittensor.Authentication;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Replay;
using Bittbridge.Miner.Tests.Prices;
using Bittbridge.Miner.Tests.Storage;
using Bittbridge.Miner.Tests.Telemetry;
using Bittbridge.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bittbridge.Miner.Tests.Replay;

/// <summary>The queue in front of the nonce store, its first connection, and what it measures.</summary>
public sealed class NonceStoreTests(TestStorage storage)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_request_whose_time_in_all_is_over_is_refused_and_no_sign_of_an_outage(bool repliesToOthers)
    {
        var clock = new WatchedClock();
        await using var proxy = new StorageProxy(storage.NewSettings());
        await using var instance = new ReplayInstance(proxy.Settings, clock: clock, maxWait: TimeSpan.FromSeconds(20));
        Assert.Equal(200, await instance.TakeAsync(instance.Signed()));
        proxy.Withhold(int.MaxValue);

        // Sixty-four at storage, and one in the queue.
        var answers = Enumerable.Range(0, 65).Select(_ => instance.TakeAsync(instance.Signed())).ToList();
        await Polling.UntilAsync(() => proxy.Withheld >= 64);

        // A late reply to another request.
        clock.Advance(TimeSpan.FromMilliseconds(1));
        if (repliesToOthers)
        {
            instance.Breaker.Replied();
        }

        clock.Advance(TimeSpan.FromSeconds(10));

        Assert.Every(await Task.WhenAll(answers).WaitAsync(TimeSpan.FromMinutes(3), Ct), status => Assert.Equal(503, status));
        Assert.Equal((0, HealthStatus.Healthy), (instance.Breaker.WithoutStore, instance.Health.Status));
    }

    [Fact]
    public async Task In_an_outage_all_that_come_at_once_are_answered_when_the_first_64_find_storage_silent_still()
    {
        var clock = new WatchedClock();
        await using var silent = new SilentStorage();
        await using var instance = new ReplayInstance(silent.Settings, ReplayMode.Strict, clock);
        var first = instance.TakeAsync(instance.Signed());
        await clock.WaitBeginsAsync(TimeSpan.FromSeconds(4));
        clock.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal(503, await first.WaitAsync(TimeSpan.FromMinutes(3), Ct));

        clock.Advance(TimeSpan.FromSeconds(3));
        var before = silent.Connections;
        var answers = Enumerable.Range(0, 256).Select(_ => instance.TakeAsync(instance.Signed())).ToList();
        await Polling.UntilAsync(() => silent.Connections - before >= 64);
        Assert.Every(answers, answer => Assert.False(answer.IsCompleted));
        clock.Advance(TimeSpan.FromMilliseconds(500));
        Assert.Every(await Task.WhenAll(answers).WaitAsync(TimeSpan.FromMinutes(3), Ct), status => Assert.Equal(503, status));

        Assert.Equal("storage did not answer in time", instance.Breaker.Outage?.Problem);

        // Two tries of each of the 64, and perhaps those of the first, counted late; the others do not ask it.
        var tries = silent.Connections - before;
        Assert.True(tries <= 130, $"{tries} tries");
    }

    /// <remarks>Otherwise the next request in the queue begins a wait of its own and is answered after the sum of both.</remarks>
    [Fact]
    public async Task A_request_that_finds_an_outage_keeps_its_place_at_storage_until_the_outage_is_known()
    {
        var (clock, later) = (new WatchedClock(), TimeSpan.FromMilliseconds(1));
        await using var proxy = new StorageProxy(storage.NewSettings());
        await using var instance = new ReplayInstance(proxy.Settings, clock: clock);
        Assert.Equal(200, await instance.TakeAsync(instance.Signed()));

        // All places are taken, and the first request gives storage up a little before the others.
        proxy.Withhold(int.MaxValue);
        var first = instance.TakeAsync(instance.Signed());
        await clock.WaitBeginsAsync(NonceStore.MaxWait);
        clock.Advance(later);
        var others = Enumerable.Range(0, 63).Select(_ => instance.TakeAsync(instance.Signed())).ToList();
        for (var i = 0; i < others.Count; i++)
        {
            await clock.WaitBeginsAsync(NonceStore.MaxWait);
        }

        // One more comes at the moment at which the outage becomes known. A request that gets a place at once has its wait at once.
        var (store, next) = (instance.Services.GetRequiredService<NonceStore>(), new NonceAttempt(ReplayKey.Of(instance.Signed())));
        var (waiting, hasPlace) = (Task.FromResult(Reservation.Reserved), true);
        var factory = instance.Services.GetRequiredService<IMeterFactory>();
        using var outages = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == "bittbridge.nonce.outages" && instrument.Meter.Scope == factory)
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        outages.SetMeasurementEventCallback<long>(
            (_, _, _, _) =>
            {
                waiting = store.ReserveAsync(next, Ct);
                hasPlace = next.MaxWait > TimeSpan.Zero;
            }
        );
        outages.Start();

        clock.Advance(NonceStore.MaxWait - later);
        Assert.Equal(200, await first.WaitAsync(TimeSpan.FromMinutes(3), Ct));
        Assert.False(hasPlace);

        // Then it has the place of the first.
        await clock.WaitBeginsAsync(NonceStore.MaxWaitInOutage);
        clock.Advance(NonceStore.MaxWait);
        Assert.Equal(Reservation.Unavailable, await waiting.WaitAsync(TimeSpan.FromMinutes(3), Ct));
        Assert.Every(await Task.WhenAll(others).WaitAsync(TimeSpan.FromMinutes(3), Ct), status => Assert.Equal(200, status));
    }

    [Theory]
    [InlineData(ReplayMode.Durable, true)]
    [InlineData(ReplayMode.Strict, true)]
    [InlineData(ReplayMode.Memory, false)]
    public async Task The_connection_is_opened_at_the_start_unless_memory_decides_alone(ReplayMode mode, bool opens)
    {
        var settings = storage.NewSettings();
        await using var instance = new ReplayInstance(settings, mode);
        await WarmUpAsync(instance);
        Assert.Equal(opens, instance.Breaker.HasReplied);

        // The same once the table exists.
        await using (var other = new ReplayInstance(settings))
        {
            Assert.Equal(200, await other.TakeAsync(other.Signed()));
        }

        await using var next = new ReplayInstance(settings, mode);
        await WarmUpAsync(next);
        Assert.Equal(opens, next.Breaker.HasReplied);
    }

    [Fact]
    public async Task A_start_without_storage_is_no_failure_and_no_reply()
    {
        await using var instance = new ReplayInstance(new(StorageEmulator.Unreachable()));
        await WarmUpAsync(instance);
        Assert.False(instance.Breaker.HasReplied);
        Assert.Null(instance.Breaker.Outage);
    }

    [Fact]
    public async Task Replies_and_the_start_of_an_outage_are_measured_and_health_says_what_failed()
    {
        await using var proxy = new StorageProxy(storage.NewSettings());
        await using var one = new ReplayInstance(proxy.Settings);
        await using var other = new ReplayInstance(proxy.Settings);
        using var heard = new HeardMetrics(one.Services.GetRequiredService<IMeterFactory>());
        var caller = one.Signed();
        Assert.Equal(200, await other.TakeAsync(caller));
        Assert.Equal(401, await one.TakeAsync(caller));
        Assert.Equal(200, await one.TakeAsync(one.Signed()));

        proxy.GoDown();
        Assert.Equal(200, await one.TakeAsync(one.Signed()));
        Assert.Equal(200, await one.TakeAsync(one.Signed()));

        Assert.Equal(
            ["already_used", "reserved", "unavailable"],
            heard
                .Measurements.Where(measured => measured.Key.StartsWith("bittbridge.nonce.reservations ", StringComparison.Ordinal))
                .Select(measured => measured.Key.Split('=')[1])
                // The attempts behind the answers are measured too.
                .Distinct()
        );
        Assert.Equal([1], heard.Of("bittbridge.nonce.outages"));
        Assert.StartsWith("storage is out of reach: ", one.Breaker.Outage?.Problem, StringComparison.Ordinal);
    }

    private static async Task WarmUpAsync(ReplayInstance instance)
    {
        using var warmUp = new NonceStoreWarmUp(
            instance.Services.GetRequiredService<NonceStore>(),
            instance.Services.GetRequiredService<MinerSettings>(),
            NullLogger<NonceStoreWarmUp>.Instance
        );
        await warmUp.StartAsync(Ct);
        await warmUp.ExecuteTask!.WaitAsync(Ct);
    }
}
