using Bittbridge.Bittensor.Authentication;
using Bittbridge.Models.BuiltIn;
using Bittbridge.Models.Forecasting;
using Bittbridge.Models.Intervals;
using Bittbridge.Models.Scoring;
using Bittbridge.Testing;

namespace Bittbridge.Models.Tests.Intervals;

public sealed class ShippedCalibrationTests
{
    private static IPredictionModel Default => BuiltInModels.Create().Single(model => model.Id.Name == BuiltInModels.Default);

    [Fact]
    public void It_is_of_the_default_model_as_it_is_now() => Assert.Equal(Default.Id.ToString(), ShippedCalibration.Value.Model);

    [Fact]
    public void It_can_be_made_again_from_the_recorded_prices()
    {
        MutationRun.SkipSlow();

        var again = CalibrationFitter.Fit(Series.Recorded, Default, ShippedCalibration.Value.FittedOn, ct: CancellationToken.None)!;

        if (TestPrices.AreReal)
        {
            Assert.Equal(
                (again.From, again.To, again.Cases),
                (ShippedCalibration.Value.From, ShippedCalibration.Value.To, ShippedCalibration.Value.Cases)
            );
            Assert.Equal(again.Quantiles, ShippedCalibration.Value.Quantiles, (a, b) => Math.Abs(a - b) < 1e-6);
            Assert.Equal(again.Scale.ToArray(), ShippedCalibration.Value.Scale.ToArray(), (a, b) => Math.Abs(a - b) < 1e-6);
            return;
        }

        // The fit to generated prices, as another implementation found it.
        Assert.Equal((Series.Recorded[0].Time, Series.Recorded.Newest!.Value.Time, 5677), (again.From, again.To, again.Cases));
        Assert.Equal(1.214066, again.Quantiles[49], 5e-6);
        Assert.Equal(2.071039, again.Quantiles[74], 5e-6);
        Assert.Equal(3.034348, again.Quantiles[89], 5e-6);
        Assert.Equal(-1.535916, again.Scale.Intercept, 5e-6);
        Assert.Equal(0.915249, again.Scale.Opening, 5e-6);
        Assert.Equal(-0.231209, again.Scale.Weekend, 5e-6);
    }

    [Fact]
    public async Task Its_intervals_hold_on_generated_prices_too_to_which_it_was_not_fitted()
    {
        MutationRun.SkipSlow();
        var forecaster = new Forecaster(Default, new CalibratedIntervalEstimator(ShippedCalibration.Value));

        var evaluation = Evaluation.Of(
            await Series.ReplayValidationAsync(forecaster, Series.Generated, TestContext.Current.CancellationToken)
        );

        Assert.InRange(evaluation.Coverage!.Value, 0.90, 0.92);
        Assert.InRange(evaluation.Winkler!.Value, 0, 0.0038);
    }
}
