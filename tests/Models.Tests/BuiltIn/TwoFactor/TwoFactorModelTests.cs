using Bittbridge.Models.BuiltIn.TwoFactor;
using Bittbridge.Models.Scoring;

namespace Bittbridge.Models.Tests.BuiltIn.TwoFactor;

public sealed class TwoFactorModelTests
{
    private const double Mean = 1.0005;

    [Theory]
    [InlineData(0.9)]
    [InlineData(0.97)]
    public async Task On_simulated_prices_it_shrinks_what_the_parameters_say(double persistence)
    {
        // Told where the distance from the mean is large.
        var whole = Simulated(20_000, persistence, noise: 0);
        var history = whole.Until(whole.Points().Skip(15_000).MaxBy(point => Math.Abs(point.Usd!.Value - Mean)).Time);
        var newest = history.Newest!.Value;

        var forecast = (await new TwoFactorModel().PredictAsync(newest.Time, history, CancellationToken.None))!.Price;

        // A distance from the mean fades by the persistence at each of twelve steps.
        var expected = newest.Cny / newest.Usd!.Value * (Mean + Math.Pow(persistence, 12) * (newest.Usd.Value - Mean));
        Assert.Equal(expected, forecast, 7e-4);
        Assert.True(Math.Abs(newest.Cny - expected) > 2e-3, "The newest price is too near to what is expected for this to say anything.");
    }

    [Theory]
    [InlineData(0, 0.97)]
    [InlineData(0.0005, 0.95)]
    public async Task On_simulated_prices_it_beats_the_last_price_and_the_more_so_with_noise(double noise, double ratio)
    {
        var history = Simulated(6000, 0.97, noise);
        var rounds = new List<ScoredForecast>();
        for (var i = 600; i < history.Count - 12; i += 3)
        {
            var known = history.Until(history[i].Time).TakeLast(600);
            rounds.Add(
                new(
                    history[i].Time,
                    (await new TwoFactorModel().PredictAsync(history[i].Time, known, CancellationToken.None))!.Price,
                    null,
                    history[i].Cny,
                    history[i + 12].Cny
                )
            );
        }

        Assert.InRange(Evaluation.MaeRatioOf(rounds)!.Value, 0.5, ratio);
    }

    [Fact]
    public async Task Without_usd_prices_it_is_the_last_price()
    {
        var history = Series.KnownAt(3000);

        Assert.Equal(
            new Forecast(history.Newest!.Value.Cny),
            await new TwoFactorModel().PredictAsync(history.Newest!.Value.Time, history, CancellationToken.None)
        );
    }

    /// <summary>USD/CNY a random walk; USDT/USD drawn back to its mean, seen with noise.</summary>
    private static PriceHistory Simulated(int points, double persistence, double noise)
    {
        var random = new Random(11);
        var (fx, distance) = (7.1, 0d);
        return PriceHistory.FromPoints(
            Enumerable
                .Range(0, points)
                .Select(i =>
                {
                    fx += 1e-4 * Gaussian(random);
                    distance = persistence * distance + 4e-4 * Gaussian(random);
                    var usd = Mean + distance + noise * Gaussian(random);
                    return new PricePoint(Series.At(i), fx * usd, usd);
                })
        );
    }

    private static double Gaussian(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
