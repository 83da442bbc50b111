using Bittbridge.Models.BuiltIn;
using Bittbridge.Models.BuiltIn.Offshore;
using Bittbridge.Models.BuiltIn.Smoothing;
using Bittbridge.Models.Forecasting;
using Bittbridge.Models.Intervals;
using Bittbridge.Models.Rates;

namespace Bittbridge.Models.Tests.Forecasting;

public sealed class ForecastWithoutRunTests
{
    private static readonly CalibratedIntervalEstimator Intervals = new(ShippedCalibration.Value, learning: true);
    private static readonly PriceHistory History = Series.Of(Enumerable.Range(0, 400).Select(i => 7.1 + 0.001 * Math.Sin(i)));

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>The newest prices are from every part of a week. The forecasts are made until a day later.</summary>
    [Theory]
    [InlineData(IntervalAim.Coverage)]
    [InlineData(IntervalAim.Rank)]
    [InlineData(IntervalAim.Reward)]
    public async Task It_is_bit_for_bit_the_forecast_of_a_run_at_any_time_after_the_same_prices(IntervalAim aim)
    {
        var random = new Random(13);
        var models = BuiltInModels.Create().Where(model => model is IReplayedForecast).ToList();
        var clock = new double[LocalScale.ClockFeatures];
        var (compared, openings, weekends) = (0, 0, 0);
        for (var window = 0; window < 60; window++)
        {
            var model = models[window % models.Count];
            var intervals = new CalibratedIntervalEstimator(ShippedCalibration.Value, aim, learning: window % 4 < 2);
            var (newest, forecaster) = (Series.Start.AddMinutes(168 * window), new Forecaster(model, intervals));
            var prices = Noise(random, newest);
            await forecaster.ForecastAsync(newest.AddSeconds(random.Next(300)), prices, Ct);
            for (var i = 0; i < 20; i++)
            {
                var madeAt = newest.AddMilliseconds(random.Next(i < 10 ? 300_000 : 86_400_000));

                Assert.Equal(
                    await new Forecaster(model, intervals).ForecastAsync(madeAt, prices, Ct),
                    forecaster.ForecastWithoutRun(madeAt, prices)
                );
                LocalScale.FillClock(madeAt.UtcDateTime, clock);
                (compared, openings, weekends) = (compared + 1, openings + (int)clock[6], weekends + (int)clock[7]);
            }
        }

        Assert.Equal(1200, compared);
        Assert.True(openings > 5 && weekends > 100, $"{openings} {weekends}");
    }

    [Fact]
    public async Task Only_the_prices_of_the_last_run_need_no_other()
    {
        var forecaster = new Forecaster(new AveragedSmoothersModel(), Intervals);
        Assert.Null(forecaster.ForecastWithoutRun(Series.At(199), History));

        await forecaster.ForecastAsync(Series.At(199), History, Ct);

        Assert.NotNull(forecaster.ForecastWithoutRun(Series.At(199.9), History));
        Assert.NotNull(forecaster.ForecastWithoutRun(Series.At(230), History.Until(Series.At(199))));
        // One price less, one more, without the first, as many later ones, equal ones of another history, and none.
        Assert.Null(forecaster.ForecastWithoutRun(Series.At(198), History));
        Assert.Null(forecaster.ForecastWithoutRun(Series.At(200), History));
        Assert.Null(forecaster.ForecastWithoutRun(Series.At(199), History.Since(Series.At(1))));
        Assert.Null(forecaster.ForecastWithoutRun(Series.At(299), History.Since(Series.At(100))));
        Assert.Null(forecaster.ForecastWithoutRun(Series.At(199), PriceHistory.FromPoints(History.Points())));
        Assert.Null(forecaster.ForecastWithoutRun(Series.At(199), PriceHistory.Empty));

        await forecaster.ForecastAsync(Series.At(200), History, Ct);

        Assert.NotNull(forecaster.ForecastWithoutRun(Series.At(200), History));
        Assert.Null(forecaster.ForecastWithoutRun(Series.At(199), History));
    }

    /// <summary>As an abandoned run does that ends late.</summary>
    [Fact]
    public async Task A_later_run_for_older_prices_does_not_replace_the_forecast_for_newer_ones()
    {
        var forecaster = new Forecaster(new AveragedSmoothersModel(), Intervals);
        var expected = await forecaster.ForecastAsync(Series.At(200), History, Ct);

        await forecaster.ForecastAsync(Series.At(199), History, Ct);

        Assert.Equal(expected, forecaster.ForecastWithoutRun(Series.At(200), History));
        Assert.Null(forecaster.ForecastWithoutRun(Series.At(199), History));
    }

    [Fact]
    public async Task A_forecast_that_may_depend_on_more_than_prices_needs_a_run()
    {
        var forecasters = new Dictionary<string, Forecaster>
        {
            ["of the offshore model"] = new(OffshoreOpeningModel.Of(new LastPriceModel(), () => RateHistory.Empty), Intervals),
            ["with its own interval"] = new(new FixedModel("own", 7.1, new PredictionInterval(7.0, 7.2)), Intervals),
            ["without a replay"] = new(new FixedModel("plain", 7.1), Intervals),
            ["with an interval from past errors"] = new(new LastPriceModel(), new ResidualIntervalEstimator(0.9)),
            ["of a model that is not deterministic"] = new(new UncertainModel(), Intervals),
        };
        foreach (var (which, forecaster) in forecasters)
        {
            Assert.NotNull(await forecaster.ForecastAsync(Series.At(300), History, Ct));
            Assert.True(forecaster.ForecastWithoutRun(Series.At(300), History) is null, which);
        }
    }

    [Fact]
    public async Task Concurrent_forecasts_from_two_windows_are_not_mixed()
    {
        var (model, madeAt) = (new AveragedSmoothersModel(), Series.At(400));
        var windows = new[] { History.Until(Series.At(150)), History };
        var expected = new[] { await FreshAsync(windows[0]), await FreshAsync(windows[1]) };
        var forecaster = new Forecaster(model, Intervals);
        Assert.NotEqual(expected[0], expected[1]);

        await Parallel.ForAsync(
            0,
            2000,
            new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = Ct },
            async (i, ct) =>
            {
                var which = i / 3 % 2;
                Assert.Equal(
                    expected[which],
                    forecaster.ForecastWithoutRun(madeAt, windows[which]) ?? await forecaster.ForecastAsync(madeAt, windows[which], ct)
                );
            }
        );

        async Task<Forecast?> FreshAsync(PriceHistory window) => await new Forecaster(model, Intervals).ForecastAsync(madeAt, window, Ct);
    }

    /// <summary>Up to three days of prices at random, of which one in ten is missing.</summary>
    private static PriceHistory Noise(Random random, DateTimeOffset newest) =>
        PriceHistory.FromPoints(
            Enumerable
                .Range(0, random.Next(1, 900))
                .Where(i => i == 0 || random.Next(10) > 0)
                .Select(i => new PricePoint(newest - i * PriceSlot.Step, 7.1 + 0.002 * random.NextDouble()))
        );

    private sealed class UncertainModel() : SmoothedLevelModel(new("uncertain", "1")), IPredictionModel
    {
        bool IPredictionModel.IsDeterministic => false;

        protected override void Levels(PriceHistory history, Span<double> levels) => history.Prices.CopyTo(levels);
    }
}
