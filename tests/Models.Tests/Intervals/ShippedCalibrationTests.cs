using Bittbridge.Bittensor.Authentication;
using Bittbridge.Models.BuiltIn;
using Bittbridge.Models.Intervals;
using Bittbridge.Testing;

namespace Bittbridge.Models.Tests.Intervals;

public sealed class ShippedCalibrationTests
{
    [Fact]
    public void It_is_of_the_default_model_as_it_is_now() =>
        Assert.Equal(
            BuiltInModels.Create().Single(model => model.Id.Name == BuiltInModels.Default).Id.ToString(),
            ShippedCalibration.Value.Model
        );

    [Fact]
    public void It_can_be_made_again_from_the_recorded_prices()
    {
        MutationRun.SkipSlow();
        TestPrices.RequireReal();
        var model = BuiltInModels.Create().Single(model => model.Id.Name == BuiltInModels.Default);

        var again = CalibrationFitter.Fit(Series.Recorded, model, ShippedCalibration.Value.FittedOn, ct: CancellationToken.None)!;

        Assert.Equal(
            (again.From, again.To, again.Cases),
            (ShippedCalibration.Value.From, ShippedCalibration.Value.To, ShippedCalibration.Value.Cases)
        );
        Assert.Equal(again.Quantiles, ShippedCalibration.Value.Quantiles, (a, b) => Math.Abs(a - b) < 1e-6);
        Assert.Equal(again.Scale.ToArray(), ShippedCalibration.Value.Scale.ToArray(), (a, b) => Math.Abs(a - b) < 1e-6);
    }
}
