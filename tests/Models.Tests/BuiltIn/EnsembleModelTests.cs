using Bittbridge.Models.BuiltIn;
using Bittbridge.Models.BuiltIn.Offshore;
using Bittbridge.Models.BuiltIn.Smoothing;
using Bittbridge.Models.Forecasting;
using Bittbridge.Models.Intervals;
using Bittbridge.Models.Rates;
using Bittbridge.Models.Tests.Forecasting;

namespace Bittbridge.Models.Tests.BuiltIn;

public sealed class EnsembleModelTests
{
    private static readonly ModelId Id = new("mean", "1");

    [Fact]
    public async Task The_forecast_is_the_mean_of_those_that_answer()
    {
        var ensemble = EnsembleModel.Of(Id, new FixedModel("a", 7.0), new FixedModel("b", null), new FixedModel("c", 7.2));

        Assert.Equal(new Forecast(7.1), await ensemble.PredictAsync(Series.Start, Series.Of(7.1), CancellationToken.None));
    }

    [Fact]
    public async Task Where_none_answers_there_is_no_answer() =>
        Assert.Null(
            await EnsembleModel.Of(Id, new FixedModel("a", null)).PredictAsync(Series.Start, Series.Of(7.1), CancellationToken.None)
        );

    [Fact]
    public async Task Only_where_every_answer_has_an_interval_there_is_one()
    {
        var (with, without) = (new FixedModel("a", 7, new(6, 8)), new FixedModel("b", 7));

        Assert.Null((await EnsembleModel.Of(Id, with, without).PredictAsync(Series.Start, Series.Of(7), CancellationToken.None))!.Interval);
        Assert.Equal(
            new(5.5, 8.5),
            (
                await EnsembleModel
                    .Of(Id, with, new FixedModel("c", 7, new(5, 9)))
                    .PredictAsync(Series.Start, Series.Of(7), CancellationToken.None)
            )!.Interval
        );
    }

    [Fact]
    public void It_replays_its_past_only_where_every_member_can()
    {
        Assert.IsType<IPastForecasts>(EnsembleModel.Of(Id, new LastPriceModel(), new MovingAverageModel()), exactMatch: false);
        Assert.False(EnsembleModel.Of(Id, new LastPriceModel(), new FixedModel("a", 7)) is IPastForecasts);
    }

    [Fact]
    public void Its_past_is_the_mean_of_its_members_pasts()
    {
        var replayed = new double[2];

        ((IPastForecasts)EnsembleModel.Of(Id, new LastPriceModel(), new MovingAverageModel())).Replay(Series.Of(7, 8), replayed);

        Assert.Equal([7, 7.75], replayed);
    }

    [Fact]
    public async Task A_member_that_depends_on_the_time_and_on_rates_gets_those_of_the_forecast()
    {
        // The jump of the opening does not show in the hour after the newest price, and half of it shows in the hour after the forecast.
        var opening = new DateTimeOffset(2025, 10, 14, 1, 30, 0, TimeSpan.Zero);
        var prices = PriceHistory.FromPoints([new(opening.AddMinutes(-60), 7.1)]);
        var rates = RateHistory.Empty;
        var forecaster = new Forecaster(
            EnsembleModel.Of(Id, OffshoreOpeningModel.Of(new LastPriceModel(), () => rates)),
            new CalibratedIntervalEstimator(ShippedCalibration.Value)
        );

        Assert.Equal(7.1, await PriceAsync(opening.AddMinutes(-51)), 9);
        rates = RateHistory.FromPoints([new(opening.AddHours(-6.5), 7.1), new(opening.AddMinutes(-70), 7.1 * Math.Exp(-0.001))]);
        Assert.Equal(7.097337999, await PriceAsync(opening.AddMinutes(-50)), 9);

        async Task<double> PriceAsync(DateTimeOffset madeAt) =>
            (
                forecaster.ForecastWithoutRun(madeAt, prices)
                ?? await forecaster.ForecastAsync(madeAt, prices, TestContext.Current.CancellationToken)
            )!.Price;
    }
}
