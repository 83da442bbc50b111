using Bittbridge.Miner.Forecasting;
using Bittbridge.Miner.Tests.ModelRegistry;
using Bittbridge.Miner.Tests.Telemetry;
using Bittbridge.Models;
using Bittbridge.Models.BuiltIn.Smoothing;
using Bittbridge.Models.Forecasting;
using Bittbridge.Models.Intervals;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Bittbridge.Miner.Tests.Forecasting;

public sealed class SnapshotForecastTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 10, 3, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_model_that_needs_prices_alone_runs_once_for_all_seconds_of_a_snapshot()
    {
        var (clock, prices) = (new FakeTimeProvider(Now), FixedPrices.Until(Now));
        var (first, second) = (new CountedModel("first"), new CountedModel("second"));
        var coverage = new CalibratedIntervalEstimator(ShippedCalibration.Value);
        var reward = new CalibratedIntervalEstimator(ShippedCalibration.Value, IntervalAim.Reward);
        var serving = FixedServing.Of(first, coverage, clock);
        var service = new ForecastService(serving, coverage, prices, FixedServing.Settings, clock, NullLogger<ForecastService>.Instance);

        await AnswerEachSecondAsync(coverage);
        Assert.Equal(1, first.Replays);

        prices.InMemory = prices.InMemory! with { History = PriceHistory.FromPoints(prices.InMemory.History.Points()) };
        await AnswerEachSecondAsync(coverage);
        Assert.Equal(2, first.Replays);

        serving.Current = FixedServing.Of(first, reward, clock).Current;
        await AnswerEachSecondAsync(reward);
        Assert.Equal(3, first.Replays);

        serving.Current = FixedServing.Of(second, reward, clock).Current;
        await AnswerEachSecondAsync(reward);
        Assert.Equal((3, 1), (first.Replays, second.Replays));

        async Task AnswerEachSecondAsync(IIntervalEstimator intervals)
        {
            for (var i = 0; i < 20; i++)
            {
                var live = await service.ForecastAsync(TimeSpan.FromMilliseconds(800), TestContext.Current.CancellationToken);

                Assert.Equal((null, clock.GetUtcNow()), (live.Reason, live.MadeAt));
                Assert.Equal(
                    await new Forecaster(new CountedModel(live.Model.Name), intervals).ForecastAsync(
                        live.MadeAt,
                        prices.InMemory!.History,
                        TestContext.Current.CancellationToken
                    ),
                    live.Forecast
                );
                clock.Advance(TimeSpan.FromSeconds(1));
            }
        }
    }

    [Fact]
    public async Task A_forecast_that_needs_no_run_is_given_although_too_little_time_for_a_run_is_left()
    {
        var (clock, prices, model) = (new FakeTimeProvider(Now), FixedPrices.Until(Now), new CountedModel("counted"));
        var intervals = new CalibratedIntervalEstimator(ShippedCalibration.Value);
        var serving = FixedServing.Of(model, intervals, clock);
        var service = new ForecastService(serving, intervals, prices, FixedServing.Settings, clock, NullLogger<ForecastService>.Instance);
        Assert.Null((await AskAsync(800)).Reason);

        clock.Advance(TimeSpan.FromSeconds(1));
        var live = await AskAsync(10);
        Assert.Equal((null, "counted", 1), (live.Reason, live.Model.Name, model.Replays));

        // New prices need a run, for which there is no time.
        prices.InMemory = prices.InMemory! with
        {
            History = PriceHistory.FromPoints(prices.InMemory.History.Points()),
        };
        Assert.NotEqual("counted", (await AskAsync(10)).Model.Name);
        Assert.Equal(1, model.Replays);

        Task<LiveForecast> AskAsync(int milliseconds) =>
            service.ForecastAsync(TimeSpan.FromMilliseconds(milliseconds), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_forecast_that_needs_no_run_neither_closes_an_open_circuit_nor_hides_the_failures()
    {
        using var heard = new HeardMetrics();
        using var release = new ManualResetEventSlim();
        var (clock, prices) = (new FakeTimeProvider(Now), FixedPrices.Until(Now));
        var intervals = new CalibratedIntervalEstimator(ShippedCalibration.Value);
        var active = ActiveModel.Of(
            FixedServing.Served(new SlowModel(release), clock, heard.Metrics),
            new(intervals, FixedServing.Settings)
        );
        var serving = new FixedServing(active);
        var service = new ForecastService(serving, intervals, prices, FixedServing.Settings, clock, NullLogger<ForecastService>.Instance);
        // Once the model is initialized, the wait for its forecast has begun on the clock when the call returns.
        await active.Model.InitializeAsync().WaitAsync(TimeSpan.FromMinutes(3), TestContext.Current.CancellationToken);
        for (var i = 0; i < 3; i++)
        {
            var asking = AskAsync();
            clock.Advance(TimeSpan.FromMilliseconds(800));
            Assert.Equal("last-price", (await asking).Model.Name);
        }

        // The abandoned runs end late, with a forecast.
        release.Set();
        await Polling.UntilAsync(() => active.Forecaster.ForecastWithoutRun(clock.GetUtcNow(), prices.InMemory!.History) is not null);
        foreach (var later in new[] { TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10) })
        {
            clock.Advance(later);
            var live = await AskAsync();
            Assert.Equal((null, "slow"), (live.Reason, live.Model.Name));
            Assert.Equal("slow@1 gave no forecast: it took longer than the 800 ms that were left", service.LastProblem);
            Assert.EndsWith("bittbridge.circuit.state=open", Assert.Single(heard.Measurements).Key, StringComparison.Ordinal);
        }

        // New prices need a run: the trial.
        prices.InMemory = prices.InMemory! with
        {
            History = PriceHistory.FromPoints(prices.InMemory.History.Points()),
        };
        Assert.Equal("slow", (await AskAsync()).Model.Name);
        Assert.Null(service.LastProblem);
        Assert.EndsWith("bittbridge.circuit.state=closed", heard.Measurements.Last().Key, StringComparison.Ordinal);

        Task<LiveForecast> AskAsync() =>
            service
                .ForecastAsync(TimeSpan.FromMilliseconds(800), TestContext.Current.CancellationToken)
                .WaitAsync(TimeSpan.FromMinutes(3), TestContext.Current.CancellationToken);
    }

    /// <summary>Forecasts the last price, once it is released.</summary>
    private sealed class SlowModel(ManualResetEventSlim release) : SmoothedLevelModel(new("slow", "1"))
    {
        protected override void Levels(PriceHistory history, Span<double> levels)
        {
            release.Wait(TimeSpan.FromMinutes(3), CancellationToken.None);
            history.Prices.CopyTo(levels);
        }
    }

    /// <summary>Forecasts the last price.</summary>
    private sealed class CountedModel(string name) : SmoothedLevelModel(new(name, "1"))
    {
        public int Replays { get; private set; }

        protected override void Levels(PriceHistory history, Span<double> levels)
        {
            Replays++;
            history.Prices.CopyTo(levels);
        }
    }
}
