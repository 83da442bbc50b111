using Bittbridge.Miner.Forecasting;
using Bittbridge.Miner.Tests.ModelRegistry;
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
