using System.Globalization;
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

    [Theory, MemberData(nameof(TestPrices.TheoryRows), MemberType = typeof(TestPrices))]
    public void It_can_be_made_again_from_the_real_prices_and_generated_ones_give_another(TestSeries series)
    {
        MutationRun.SkipSlow();
        var prices = Series.Prices(series);

        var again = CalibrationFitter.Fit(prices, Default, ShippedCalibration.Value.FittedOn, ct: CancellationToken.None)!;

        if (series == TestSeries.Real)
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
        Assert.Equal((prices[0].Time, prices.Newest!.Value.Time, 5677), (again.From, again.To, again.Cases));
        Assert.Equal(1.214066, again.Quantiles[49], 5e-6);
        Assert.Equal(2.071039, again.Quantiles[74], 5e-6);
        Assert.Equal(3.034348, again.Quantiles[89], 5e-6);
        Assert.Equal(-1.535916, again.Scale.Intercept, 5e-6);
        Assert.Equal(0.915249, again.Scale.Opening, 5e-6);
        Assert.Equal(-0.231209, again.Scale.Weekend, 5e-6);
    }

    /// <summary>A clone without the real prices can't repeat the fit. The quantiles ascend, so their sum notices a changed one.</summary>
    [Fact]
    public void Its_numbers_are_those_of_the_last_fit_and_only_a_refit_changes_them_on_purpose()
    {
        var shipped = ShippedCalibration.Value;
        double[] coefficients =
        [
            0.07991173499086648,
            0.07093182934738974,
            0.04885880351725695,
            0.11173956170057624,
            0.11440735008573752,
            0.2333532260843147,
            0.07040931999185678,
            0.020870637522798788,
            -0.21113957023545118,
            -0.005166424451183162,
            -0.025419822591081557,
            0.1519609330893476,
            0.03188695795829651,
            -0.12280648729316128,
            1.6330419619742842,
            -0.34526314188239865,
        ];

        Assert.Equal("6045 USDT/CNY prices of usdt-cny-5min.csv", shipped.FittedOn);
        Assert.Equal(new DateTimeOffset(2025, 10, 13, 15, 15, 0, TimeSpan.Zero), shipped.From);
        Assert.Equal(new DateTimeOffset(2025, 11, 3, 23, 55, 0, TimeSpan.Zero), shipped.To);
        Assert.Equal(5853, shipped.Cases);
        Assert.Equal(-1.6941469428370333, shipped.Scale.Intercept);
        Assert.Equal(coefficients, shipped.Scale.ToArray());
        Assert.Equal(Enumerable.Range(1, 99).Select(percent => percent / 100d), shipped.Levels);
        Assert.Equal(158.413012918, shipped.Quantiles.Sum(), 9);
    }

    /// <summary>
    /// After one price, as a program in another language computed them from the formula of <see cref="LocalScale"/>: two usual times, the
    /// onshore opening and the weekend.
    /// </summary>
    [Theory]
    [InlineData("2025-10-20T17:35:00Z", 0.5, 0.001905114)]
    [InlineData("2025-10-20T17:35:00Z", 0.9, 0.005891031)]
    [InlineData("2025-10-20T17:35:00Z", 0.99, 0.015120263)]
    [InlineData("2025-10-21T22:50:00Z", 0.9, 0.006211404)]
    [InlineData("2025-10-21T01:30:00Z", 0.9, 0.030139985)]
    [InlineData("2025-10-25T08:10:00Z", 0.9, 0.006311757)]
    public void Its_first_intervals_have_these_widths_and_only_a_refit_changes_them_on_purpose(string at, double level, double width)
    {
        var madeAt = DateTimeOffset.Parse(at, CultureInfo.InvariantCulture);
        var history = PriceHistory.FromPoints([new(madeAt, 7.1)]);

        var interval = new CalibratedIntervalEstimator(ShippedCalibration.Value, level: level).Estimate(7.1, madeAt, history, Default);

        Assert.Equal(width, interval!.Value.Width, 1e-9);
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
