using Bittbridge.Models.BuiltIn.Smoothing;
using Bittbridge.Models.Intervals;
using Bittbridge.Models.Tests.Forecasting;
using Bittbridge.Testing;

namespace Bittbridge.Models.Tests.Intervals;

/// <summary>
/// The expected coefficients and quantiles are as an independent implementation of the formulas in Python, with numpy, computed them.
/// </summary>
public sealed class CalibrationFitterTests
{
    /// <summary>A Friday, so that the prices contain a weekend and two onshore openings. No full hour: windows begin at one.</summary>
    private static readonly DateTimeOffset Friday = new(2025, 10, 24, 0, 20, 0, TimeSpan.Zero);

    private static readonly PriceHistory Prices = PriceHistory.FromPoints(
        Enumerable.Range(0, 1269).Where(i => !IsMissing(i)).Select(i => new PricePoint(Friday + i * PriceSlot.Step + Delay(i), Price(i)))
    );

    private static readonly Lazy<Calibration> OfLastPrice = new(() => Fit(Prices, new LastPriceModel())!);

    [Fact]
    public void A_calibration_says_what_it_was_fitted_to()
    {
        var fit = OfLastPrice.Value;

        Assert.Equal((1, "by formula", "last-price@1"), (fit.FormatVersion, fit.FittedOn, fit.Model));
        Assert.Equal((Friday, new DateTimeOffset(2025, 10, 28, 10, 0, 0, TimeSpan.Zero)), (fit.From, fit.To));
        Assert.Equal(1100, fit.Cases);
        Assert.Equal(Enumerable.Range(1, 99).Select(percent => percent / 100d), fit.Levels);
        Assert.Equal(99, fit.Quantiles.Count);
        Assert.Null(fit.Problem());
    }

    [Fact]
    public void The_scale_is_that_of_an_independent_implementation()
    {
        var scale = OfLastPrice.Value.Scale;

        Assert.Equal(-2.787678625, scale.Intercept, IsNear);
        Assert.Equal([0.04048127985493, -0.03762728003154, -0.008671172297641], scale.Errors, IsNear);
        Assert.Equal([0.1633302068038, 0.1098453120587, 0.1186285793864], scale.Changes, IsNear);
        Assert.Equal(0.1043953231895, scale.SmoothedStep, IsNear);
        Assert.Equal(0.09442173771984, scale.HourChange, IsNear);
        Assert.Equal([0.08808141685898, -0.04396189764514, 0.0580422242403], scale.Cosines, IsNear);
        Assert.Equal([-0.05627438635168, 0.02683607360222, -0.07787903832906], scale.Sines, IsNear);
        Assert.Equal(0.2923155916515, scale.Opening, IsNear);
        Assert.Equal(-0.3327151464898, scale.Weekend, IsNear);
    }

    /// <summary>
    /// Of 1,100 cases, 7, 14, 28, 56 and 81 percent are whole numbers, and their products in floating point are slightly greater.
    /// </summary>
    [Theory]
    [InlineData(1, 0.005997726804128)]
    [InlineData(7, 0.05665792330049)]
    [InlineData(14, 0.2366417024004)]
    [InlineData(25, 0.5289094155973)]
    [InlineData(28, 0.6175669330266)]
    [InlineData(50, 1.185501717882)]
    [InlineData(56, 1.381037204471)]
    [InlineData(75, 2.131489105541)]
    [InlineData(81, 2.521875109915)]
    [InlineData(90, 3.350194012653)]
    [InlineData(99, 11.54869853742)]
    public void A_quantile_is_that_of_an_independent_implementation(int percent, double quantile) =>
        Assert.Equal(quantile, OfLastPrice.Value.Quantiles[percent - 1], IsNear);

    [Fact]
    public void The_sum_of_the_quantiles_is_that_of_an_independent_implementation() =>
        Assert.Equal(165.3229947913, OfLastPrice.Value.Quantiles.Sum(), IsNear);

    [Fact]
    public void The_errors_are_those_of_the_models_own_forecasts()
    {
        var fit = Fit(Prices, new MeanOfTwoModel())!;

        Assert.Equal(("mean-of-two@1", 1100), (fit.Model, fit.Cases));
        Assert.Equal(-2.681653253437, fit.Scale.Intercept, IsNear);
        Assert.Equal([0.03355767653318, -0.03073896467897, 0.01358866728749], fit.Scale.Errors, IsNear);
        Assert.Equal(0.3162885893112, fit.Scale.Opening, IsNear);
        Assert.Equal(1.189626756755, fit.Quantiles[49], IsNear);
        Assert.Equal(159.4565337532, fit.Quantiles.Sum(), IsNear);
    }

    [Fact]
    public void A_model_that_cannot_replay_is_calibrated_with_the_errors_of_the_last_price() =>
        Assert.Equal((OfLastPrice.Value with { Model = "stranger@1" }).ToJson(), Fit(Prices, new FixedModel("stranger", 7.1))!.ToJson());

    /// <summary>The first 100 points are no cases, and the last 12 have no price an hour later.</summary>
    [Theory]
    [InlineData(1111, null)]
    [InlineData(1112, 1000)]
    [InlineData(1113, 1001)]
    public void A_thousand_hours_are_enough_for_a_calibration(int points, int? cases)
    {
        MutationRun.SkipSlow();

        Assert.Equal(cases, Fit(Series.Of(Enumerable.Range(0, points).Select(Price)), new LastPriceModel())?.Cases);
    }

    [Fact]
    public void A_few_hours_are_not_enough_for_a_calibration() =>
        Assert.Null(Fit(Series.Of(Enumerable.Range(0, 150).Select(Price)), new LastPriceModel()));

    [Fact]
    public void A_fit_can_be_canceled() =>
        Assert.Throws<OperationCanceledException>(() =>
            CalibrationFitter.Fit(Prices, new LastPriceModel(), "by formula", new CancellationToken(canceled: true))
        );

    [Fact]
    public void A_history_and_a_model_are_required()
    {
        Assert.Equal("history", Assert.Throws<ArgumentNullException>(() => Fit(null!, new LastPriceModel())).ParamName);
        Assert.Equal("model", Assert.Throws<ArgumentNullException>(() => Fit(Prices, null!)).ParamName);
    }

    private static Calibration? Fit(PriceHistory history, IPredictionModel model) =>
        CalibrationFitter.Fit(history, model, "by formula", ct: CancellationToken.None);

    /// <summary>The order of the operations changes about the twelfth digit.</summary>
    private static bool IsNear(double expected, double actual) => Math.Abs(actual - expected) <= 1e-9 * Math.Abs(expected);

    /// <summary>Single slots, and one gap that is longer than an hour.</summary>
    private static bool IsMissing(int i) => i % 83 == 50 || i is >= 560 and < 577;

    /// <summary>
    /// In some stretches the points are off their slots. Some have a price exactly 150 s from an hour later, the maximum distance, and some
    /// have two prices equally near.
    /// </summary>
    private static TimeSpan Delay(int i) => TimeSpan.FromSeconds(i / 100 % 3 == 1 ? i * 5 % 13 % 4 * 75 - 150 : 0);

    /// <summary>
    /// A price of whole millionths, so that the last bit of a sine does not matter. The weekend is calm, the openings are not, and single
    /// prices jump by more than the maximum change.
    /// </summary>
    private static double Price(int i)
    {
        if (i is >= 400 and < 460)
        {
            // The errors and the means of changes fall below their floors.
            return (7_101_500 + i % 5) / 1e6;
        }

        var volatility = i switch
        {
            >= 248 and < 836 => 0.4,
            (>= 868 and < 884) or (>= 1156 and < 1172) => 3,
            _ => 1,
        };
        var noise = (1 + i / 48 % 4) * ((i * i * 31 + i * 17) % 1009 - 504);
        var jump = (i % 89 == 40 ? 6500 : 0) - (i % 131 == 99 ? 5200 : 0);
        return Math.Round(7_100_000 + volatility * (1900 * Math.Sin(i / 37d) + 800 * Math.Sin(i / 5.3) + noise) + jump) / 1e6;
    }

    /// <summary>The mean of the last two prices, so that a forecast is not the last price.</summary>
    private sealed class MeanOfTwoModel() : SmoothedLevelModel(new("mean-of-two", "1"), window: 2)
    {
        protected override void Levels(PriceHistory history, Span<double> levels)
        {
            for (var i = 0; i < levels.Length; i++)
            {
                levels[i] = (history.Prices[i] + history.Prices[Math.Max(0, i - 1)]) / 2;
            }
        }
    }
}
