using Bittbridge.Backtesting;
using Bittbridge.Miner.Forecasting;
using Bittbridge.Miner.Prices;
using Bittbridge.Miner.Prices.Source;
using Bittbridge.Miner.Prices.Store;
using Bittbridge.Miner.Prices.Validation;
using Bittbridge.Models;
using Bittbridge.Models.BuiltIn;
using Bittbridge.Models.Forecasting;
using Bittbridge.Models.Intervals;
using Bittbridge.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Bittbridge.Cli.Tests.Backtesting;

public sealed class LiveAndPastTests
{
    [Theory]
    [InlineData("filtered-smoothers", IntervalAim.Coverage)]
    [InlineData("filtered-smoothers", IntervalAim.Reward)]
    [InlineData("moving-average", IntervalAim.Rank)]
    [InlineData("arima", IntervalAim.Coverage)]
    public async Task A_backtest_makes_the_forecasts_that_the_live_miner_makes_from_its_stored_prices(string name, IntervalAim aim)
    {
        var observations = PriceCsv.Read(TestPrices.Path, out var problem)?.Take(1000).ToList();
        Assert.Null(problem);
        var model = new ModelCatalog(BuiltInModels.Create()).Find(name)!;
        var intervals = new CalibratedIntervalEstimator(ShippedCalibration.Value, aim, 0.9, learning: true);
        var recording = new PriceRecording(observations!);

        var past = await new Backtest(model, intervals).RunAsync(
            recording,
            recording.Times,
            _ => { },
            TestContext.Current.CancellationToken
        );

        var clock = new FakeTimeProvider(observations![0].Time);
        var stored = new StoredPrices();
        var forecasts = new ForecastService(
            FixedServing.Of(model, intervals, clock),
            intervals,
            stored,
            FixedServing.Settings,
            clock,
            NullLogger<ForecastService>.Instance
        );
        for (var i = 0; i < observations.Count; i++)
        {
            clock.SetUtcNow(observations[i].Time);
            stored.Add(observations[i]);
            if (i % 7 == 0 || i < 20)
            {
                var live = await forecasts.ForecastAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);

                Assert.Equal(past[i].Forecast, live.Forecast);
                Assert.Equal((past[i].MadeAt, model.Id, (string?)null), (live.MadeAt, live.Model, live.Reason));
                Assert.Null(past[i].Problem);
            }
        }
    }

    [Fact]
    public async Task Where_the_model_fails_both_answer_with_the_last_price()
    {
        var observations = Enumerable
            .Range(0, 40)
            .Select(i => new PricePoint(new DateTimeOffset(2025, 10, 20, 0, 0, 0, TimeSpan.Zero) + i * PriceSlot.Step, 7.1 + i % 3 * 0.001))
            .ToList();
        var intervals = new CalibratedIntervalEstimator(ShippedCalibration.Value);
        var recording = new PriceRecording(observations);
        foreach (var model in (IPredictionModel[])[new ThrowingModel(), new FarModel()])
        {
            var past = await new Backtest(model, intervals).RunAsync(
                recording,
                recording.Times,
                _ => { },
                TestContext.Current.CancellationToken
            );

            var stored = new StoredPrices();
            observations.ForEach(stored.Add);
            var live = await new ForecastService(
                FixedServing.Of(model, intervals, TimeProvider.System),
                intervals,
                stored,
                FixedServing.Settings,
                new FakeTimeProvider(observations[^1].Time),
                NullLogger<ForecastService>.Instance
            ).ForecastAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);

            Assert.Equal(observations[^1].Cny, past[^1].Forecast.Price);
            Assert.Equal(live.Forecast, past[^1].Forecast);
            Assert.Every(
                past,
                made =>
                    Assert.EndsWith(
                        made.Problem!,
                        live.Reason is { } reason && made == past[^1] ? reason : made.Problem!,
                        StringComparison.Ordinal
                    )
            );
        }
    }

    /// <summary>Prices as the poll stores them: merged one by one, the newest kept, packed and unpacked.</summary>
    private sealed class StoredPrices : IPrices
    {
        public PriceSnapshot? InMemory { get; private set; }

        public string? LastReadFailure => null;

        public void Add(PricePoint point)
        {
            var merged = (InMemory?.History ?? PriceHistory.Empty).Merge([point]).TakeLast(PriceSnapshot.Capacity);
            InMemory = new(
                PriceSeries.Real,
                "coingecko",
                PackedPrices.Unpack(PackedPrices.Pack(merged), DateTimeOffset.MaxValue - PriceCheck.Ahead).History,
                new()
            );
        }

        public ValueTask<PriceSnapshot?> CurrentAsync(CancellationToken ct) => new(InMemory);
    }

    private sealed class ThrowingModel : IPredictionModel
    {
        public ModelId Id { get; } = new("throwing", "1");

        public ValueTask<Forecast?> PredictAsync(DateTimeOffset timestamp, PriceHistory history, CancellationToken ct) =>
            throw new InvalidOperationException("broken");
    }

    private sealed class FarModel : IPredictionModel
    {
        public ModelId Id { get; } = new("far", "1");

        public ValueTask<Forecast?> PredictAsync(DateTimeOffset timestamp, PriceHistory history, CancellationToken ct) =>
            new(new Forecast(12));
    }
}
