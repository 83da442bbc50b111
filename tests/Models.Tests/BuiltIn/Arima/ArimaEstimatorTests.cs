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

            var halfWidth = 1.6448536269514722 * Math.Sqrt(fit.ForecastVariance(window.Forecast.Length));
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
                new ArimaFilter(window.History.Prices.ToArray()).Filter(window.Ar, window.Ma, window.Variance).LogLikelihood,
                0.02
            );
        }
    }

    [Fact]
    public void No_fit_is_likelier_than_the_one_at_the_maximum()
    {
        foreach (var window in StatsmodelsWindow.All())
        {
            var prices = window.History.Prices;
            var maximum = ArimaEstimator.FitToMaximum(prices)!;
            var likelihood = new ArimaLikelihood(Changes(prices));

            var fit = ArimaEstimator.Fit(prices)!;

            Assert.True(maximum.LogLikelihood > fit.LogLikelihood - 0.05);
            Assert.True(maximum.LogLikelihood >= likelihood.LogLikelihood(fit.Ar, fit.Ma) - 1e-6);
            Gen.Select(Gen.Double[-0.99, 0.99], Gen.Double[-0.99, 0.99])
                .Sample(
                    (ar, ma) =>
                        Assert.True(
                            likelihood.LogLikelihood(ar, ma) <= maximum.LogLikelihood + 0.001,
                            $"({ar}, {ma}) is likelier than ({maximum.Ar}, {maximum.Ma}) by "
                                + $"{likelihood.LogLikelihood(ar, ma) - maximum.LogLikelihood}"
                        ),
                    iter: 3000
                );
        }
    }

    /// <summary>Of changes that are noise alone the whole ridge is about as likely, and the hills stand in its far ends.</summary>
    [Fact]
    public void No_fit_of_noise_is_likelier_than_the_one_at_the_maximum()
    {
        var random = new Random(11);
        for (var series = 0; series < 60; series++)
        {
            var prices = new double[60];
            for (var (i, price) = (0, 7.1); i < prices.Length; i++)
            {
                prices[i] = price += 1e-4 * (random.NextDouble() - 0.5);
            }

            var maximum = ArimaEstimator.FitToMaximum(prices)!;
            var likelihood = new ArimaLikelihood(Changes(prices));
            for (var at = 0; at < 100 * 100; at++)
            {
                var (ar, ma) = (-0.99 + 0.02 * (at / 100), -0.99 + 0.02 * (at % 100));
                Assert.True(
                    likelihood.LogLikelihood(ar, ma) <= maximum.LogLikelihood + 0.001,
                    $"({ar}, {ma}) is likelier than ({maximum.Ar}, {maximum.Ma}) in series {series}"
                );
            }
        }
    }

    [Fact]
    public void The_maximum_finds_the_parameters_a_series_was_made_with()
    {
        var random = new Random(7);
        var (price, change, shock, prices) = (7.1, 0d, 0d, new double[6000]);
        for (var i = 0; i < prices.Length; i++)
        {
            var next = 1e-4 * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            (change, shock) = (0.6 * change + next - 0.3 * shock, next);
            prices[i] = price += change;
        }

        var fit = ArimaEstimator.FitToMaximum(prices)!;

        Assert.Equal(0.6, fit.Ar, 0.08);
        Assert.Equal(-0.3, fit.Ma, 0.08);
        Assert.Equal(1e-8, fit.Variance, 1e-9);
    }

    [Fact]
    public void A_forecast_adds_up_the_fading_changes()
    {
        var fit = new ArimaFit(0.5, 0.25, 4, 0, 7, 0.08);

        Assert.Equal(7.08, fit.Forecast(1), 12);
        Assert.Equal(7.14, fit.Forecast(3), 12);
        // 4 (1 + 1.75² + 2.125²)
        Assert.Equal(4 * (1 + 3.0625 + 4.515625), fit.ForecastVariance(3), 12);
    }

    [Fact]
    public void Too_few_prices_or_prices_that_stand_still_have_no_fit()
    {
        Assert.Null(ArimaEstimator.Fit(Enumerable.Range(0, ArimaEstimator.MinPrices - 1).Select(i => 7.1 + 0.001 * Math.Sin(i)).ToArray()));
        Assert.Null(ArimaEstimator.Fit(Enumerable.Repeat(7.1, 100).ToArray()));
        Assert.Null(ArimaEstimator.FitToMaximum(Enumerable.Repeat(7.1, 100).ToArray()));
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

    private static double[] Changes(ReadOnlySpan<double> prices)
    {
        var changes = new double[prices.Length - 1];
        for (var i = 0; i < changes.Length; i++)
        {
            changes[i] = prices[i + 1] - prices[i];
        }

        return changes;
    }
}
