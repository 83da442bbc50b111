using System.Runtime.Intrinsics;
using Bittbridge.Models.BuiltIn.Arima;
using CsCheck;

namespace Bittbridge.Models.Tests.BuiltIn.Arima;

public sealed class ArimaEstimatorTests
{
    [Fact]
    public void Every_recorded_window_is_fitted_as_statsmodels_fits_it()
    {
        foreach (var window in StatsmodelsWindow.All())
        {
            var fit = ArimaEstimator.Fit(window.History.Prices)!;

            Assert.Equal(window.LogLikelihood, fit.LogLikelihood, 0.05);
            for (var step = 1; step <= window.Forecast.Length; step++)
            {
                Assert.Equal(window.Forecast[step - 1], fit.Forecast(step), 1e-6);
            }

            var halfWidth = 1.6448536269514722 * Math.Sqrt(ForecastVariance(fit, window.Forecast.Length));
            Assert.Equal(window.Interval90.Width / 2, halfWidth, 0.02 * halfWidth);
        }
    }

    [Fact]
    public void The_filter_gives_the_likelihood_that_statsmodels_gives_at_its_parameters()
    {
        foreach (var window in StatsmodelsWindow.All())
        {
            Assert.Equal(
                window.LogLikelihood,
                new ArimaFilter(window.History.Prices.ToArray())
                    .Filter(Vector256.Create(window.Ar), Vector256.Create(window.Ma), Vector256.Create(window.Variance))
                    .LogLikelihood[0],
                0.02
            );
        }
    }

    [Fact]
    public void Filters_that_run_together_do_not_affect_each_other()
    {
        foreach (var window in StatsmodelsWindow.All())
        {
            // Their covariances settle at different points.
            var filter = new ArimaFilter(window.History.Prices.ToArray());
            var (ar, ma) = (Vector256.Create(window.Ar, 0.5, -0.9, 0.99), Vector256.Create(window.Ma, -0.98, 0.9, 0));
            var variance = Vector256.Create(window.Variance, 1e-8, 1e-6, 1e-10);

            var together = filter.Filter(ar, ma, variance);

            for (var lane = 0; lane < ArimaFilter.Lanes; lane++)
            {
                var alone = filter.Filter(Vector256.Create(ar[lane]), Vector256.Create(ma[lane]), Vector256.Create(variance[lane]));
                Assert.Equal(alone.LogLikelihood[0], together.LogLikelihood[lane]);
                Assert.Equal(alone.NextChange[0], together.NextChange[lane]);
            }
        }
    }

    [Fact]
    public void A_forecast_adds_up_the_fading_changes()
    {
        var fit = new ArimaFit(0.5, 0.25, 4, 0, 7, 0.08);

        Assert.Equal(7.08, fit.Forecast(1), 12);
        Assert.Equal(7.14, fit.Forecast(3), 12);
    }

    [Fact]
    public void Too_few_prices_or_prices_that_stand_still_have_no_fit()
    {
        var random = new Random(7);
        double[] prices = [.. Enumerable.Range(0, 20).Select(_ => 7.1 + 0.001 * random.NextDouble())];
        Assert.NotNull(ArimaEstimator.Fit(prices));
        Assert.Null(ArimaEstimator.Fit(prices.AsSpan(0, 19)));
        Assert.Null(ArimaEstimator.Fit(Enumerable.Repeat(7.1, 100).ToArray()));
    }

    [Fact]
    public async Task The_model_answers_whatever_the_prices_are() =>
        await Gen.Double[0.01, 1000]
            .Array[1, 60]
            .SampleAsync(async prices =>
            {
                var forecast = await new ArimaModel().PredictAsync(Series.At(prices.Length), Series.Of(prices), CancellationToken.None);

                Assert.True(PricePoint.IsPrice(forecast!.Price));
            });

    [Fact]
    public async Task With_prices_that_stand_still_the_model_forecasts_the_last_one() =>
        Assert.Equal(
            7.1,
            (await new ArimaModel().PredictAsync(Series.At(99), Series.Of(Enumerable.Repeat(7.1, 100)), CancellationToken.None))!.Price
        );

    /// <summary>The sum of the squared responses to a shock, as statsmodels' standard error has it.</summary>
    private static double ForecastVariance(ArimaFit fit, int steps)
    {
        var (sum, stays, fades) = (0d, 1d, fit.Ar + fit.Ma);
        for (var step = 0; step < steps; step++)
        {
            sum += stays * stays;
            stays += fades;
            fades *= fit.Ar;
        }

        return sum * fit.Variance;
    }
}
