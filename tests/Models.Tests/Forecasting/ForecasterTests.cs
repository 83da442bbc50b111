using Bittbridge.Models.BuiltIn.Smoothing;
using Bittbridge.Models.Forecasting;
using Bittbridge.Models.Intervals;

namespace Bittbridge.Models.Tests.Forecasting;

public sealed class ForecasterTests
{
    private static readonly PriceHistory History = Series.Of(Enumerable.Range(0, 300).Select(i => 7.1 + 0.001 * Math.Sin(i)));

    [Fact]
    public async Task A_model_never_sees_a_point_after_the_clock()
    {
        var model = new FixedModel("seer", 7.1);

        await new Forecaster(model, new ResidualIntervalEstimator(0.9)).ForecastAsync(
            Series.At(200.5),
            History,
            TestContext.Current.CancellationToken
        );

        Assert.Equal(History.Until(Series.At(200)).Points(), model.Seen!.Points());
        Assert.Equal(TestContext.Current.CancellationToken, model.Token);
    }

    [Fact]
    public async Task Points_after_the_clock_change_neither_the_price_nor_the_interval()
    {
        var forecaster = new Forecaster(new ExponentialSmoothingModel(), new ResidualIntervalEstimator(0.9));

        var then = await forecaster.ForecastAsync(Series.At(200), History.Until(Series.At(200)), CancellationToken.None);
        var later = await forecaster.ForecastAsync(Series.At(200), History, CancellationToken.None);

        Assert.Equal(then, later);
    }

    [Fact]
    public async Task A_models_own_interval_is_kept()
    {
        var own = new PredictionInterval(7.0, 7.2);

        var forecast = await new Forecaster(new FixedModel("own", 7.1, own), new ResidualIntervalEstimator(0.9)).ForecastAsync(
            Series.At(300),
            History,
            CancellationToken.None
        );

        Assert.Equal(new Forecast(7.1, own), forecast);
    }

    [Fact]
    public async Task No_answer_stays_no_answer() =>
        Assert.Null(
            await new Forecaster(new FixedModel("none", null), new ResidualIntervalEstimator(0.9)).ForecastAsync(
                Series.At(300),
                History,
                CancellationToken.None
            )
        );

    [Fact]
    public async Task A_forecast_from_a_single_point_has_no_interval()
    {
        var forecast = await new Forecaster(new LastPriceModel(), new ResidualIntervalEstimator(0.9)).ForecastAsync(
            Series.At(0),
            History,
            CancellationToken.None
        );

        Assert.Equal(new Forecast(7.1), forecast);
    }
}
