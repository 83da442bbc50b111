using Bittbridge.Miner.Forecasting;
using Bittbridge.Miner.Prices;
using Bittbridge.Miner.Prices.Source;
using Bittbridge.Miner.Prices.Sync;
using Bittbridge.Miner.Tests.Http;
using Bittbridge.Miner.Tests.ModelRegistry;
using Bittbridge.Miner.Tests.Prices.Store;
using Bittbridge.Miner.Tests.Prices.Sync;
using Bittbridge.Miner.Tests.Replay;
using Bittbridge.Miner.Tests.Storage;
using Bittbridge.Miner.Tests.Telemetry;
using Bittbridge.Models;
using Bittbridge.Models.BuiltIn.Smoothing;
using Bittbridge.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Bittbridge.Miner.Tests.Forecasting;

public sealed class AfterAnswerTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 4, 3, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider _clock = new(Now);

    [Fact]
    public async Task An_unexpected_failure_keeps_none_of_the_other_work_from_running_and_is_not_thrown()
    {
        using var log = new KeptLog();
        using var loggers = new LoggerFactory([log]);
        var writes = new Queue<Task>([Task.FromException(new InvalidDataException("an HTML page")), Task.CompletedTask]);
        var records = new RememberedForecasts { Before = _ => writes.Dequeue() };
        var (serving, snapshot) = (FixedServing.Of(new LastPriceModel(), _clock), FixedPrices.Until(Now).InMemory!);
        var shadow = FixedServing.Served(new OddModel((_, _, _) => new(new Forecast(7.2))), _clock);
        serving.Current = serving.Current with { Shadows = [new(shadow, shadow.With(FixedServing.Forecasters))] };

        await After(serving, records, loggers)
            .FinishAsync(
                new(new Forecast(7.1), new("last-price", "1"), Now, snapshot.Series, snapshot.Source, null) { History = snapshot.History },
                new(snapshot.Series, new("last-price", "1"), Now, new(7.1), TimeSpan.Zero, ForecastRecord.Unverified)
            )
            .WaitAsync(TimeSpan.FromMinutes(3), TestContext.Current.CancellationToken);

        Assert.Equal("odd@1", Assert.Single(records.Records).Model.ToString());
        // The poll's failure. The log of forecasts logs that of the record.
        Assert.Equal([2013], log.Lines.Select(line => line.Id));
    }

    /// <summary>Otherwise a host could freeze the refresh with its process, and the instance would keep the old deployment.</summary>
    [Fact]
    public async Task An_invocation_waits_up_to_two_seconds_for_a_refresh_of_the_deployment()
    {
        await using var silent = new SilentStorage();
        using var loggers = new LoggerFactory();
        var miner = new FollowingMiner(silent.Settings, _clock);
        _ = miner.Follower.RefreshIfDue();

        var finishing = After(miner.Follower, new RememberedForecasts(), loggers)
            .FinishAsync(new(null, new("last-price", "1"), Now, null, null, "no price is known yet"), null);

        _clock.Advance(TimeSpan.FromMilliseconds(1999));
        Assert.False(finishing.IsCompleted);
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        await finishing.WaitAsync(TimeSpan.FromMinutes(3), TestContext.Current.CancellationToken);
    }

    /// <summary>With a poll that fails unexpectedly.</summary>
    private AfterAnswer After(IActiveModel serving, IForecastLog forecasts, LoggerFactory loggers)
    {
        var (settings, metrics) = (FixedServing.Settings, UnheardMetrics.New());
        var pending = new PendingWork(_clock, loggers.CreateLogger<PendingWork>());
        var recording = new ForecastRecording(forecasts, pending, _clock, loggers.CreateLogger<ForecastRecording>());
        var store = new StoredPrices(new(StorageEmulator.Unreachable())).NewStore(_clock);
        var source = new ScriptedSource { Latest = () => new PriceFetch([], Calls: 1) };
        var refresh = new PriceRefresh(source, store, metrics, _clock, NullLogger<PriceRefresh>.Instance);
        return new(
            recording,
            new(serving, recording, settings, _clock, loggers.CreateLogger<ShadowRuns>()),
            serving,
            new(new BrokenPrices(), store, refresh, settings, _clock, loggers.CreateLogger<LatePoll>()),
            pending,
            metrics
        );
    }

    private sealed class BrokenPrices : IPrices
    {
        public PriceSnapshot? InMemory => throw new InvalidOperationException("odd");

        public string? LastReadFailure => null;

        public ValueTask<PriceSnapshot?> CurrentAsync(CancellationToken ct) => throw new InvalidOperationException("odd");
    }
}
