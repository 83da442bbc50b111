using Bittbridge.Models.BuiltIn.Smoothing;

namespace Bittbridge.Models.Tests.BuiltIn.Smoothing;

public sealed class AveragedSmoothersModelTests
{
    private static readonly double[] Alphas = [0.1, 0.2, 0.3, 0.4, 0.5, 0.65, 0.8, 1];

    [Fact]
    public async Task The_forecast_is_the_recipes()
    {
        for (var i = 400; i < 6000; i += 700)
        {
            var known = Series.KnownAt(i);
            var forecast = await new AveragedSmoothersModel().PredictAsync(known.Newest!.Value.Time, known, CancellationToken.None);

            Assert.Equal(Recipe([.. known.Points()]), forecast!.Price, 11);
        }
    }

    [Fact]
    public async Task With_no_hour_passed_all_smoothers_count_alike() =>
        // The second point has the weight max(alpha, 1/2): five halves, .65, .8 and 1 of the step.
        Assert.Equal(
            7 + 0.8 * (5 * 0.5 + 0.65 + 0.8 + 1) / 8,
            (await new AveragedSmoothersModel().PredictAsync(Series.At(1), Series.Of(7, 7.8), CancellationToken.None))!.Price,
            12
        );

    [Fact]
    public async Task Prices_that_bounce_are_smoothed_and_prices_that_trend_are_followed()
    {
        var random = new Random(2);
        var bouncing = await new AveragedSmoothersModel().PredictAsync(
            Series.At(299),
            Series.Of(Enumerable.Range(0, 300).Select(_ => 7 + 0.01 * random.NextDouble())),
            CancellationToken.None
        );
        var trending = await new AveragedSmoothersModel().PredictAsync(
            Series.At(299),
            Series.Of(Enumerable.Range(0, 300).Select(i => 7 + 0.001 * i)),
            CancellationToken.None
        );

        Assert.Equal(7.005, bouncing!.Price, 0.002);
        Assert.Equal(7.299, trending!.Price, 0.001);
    }

    /// <summary>The recipe as it is written down, without any care for speed.</summary>
    private static double Recipe(PricePoint[] x)
    {
        var (s, losses, scale, waiting) = (new double[x.Length][], new double[8], 7e-4, new List<int>());
        for (var i = 0; i < x.Length; i++)
        {
            s[i] =
            [
                .. Alphas.Select((alpha, k) => i == 0 ? x[0].Cny : s[i - 1][k] + Math.Max(alpha, 1d / (i + 1)) * (x[i].Cny - s[i - 1][k])),
            ];
            waiting.Add(i);
            foreach (var j in waiting.Where(j => x[j].Time.AddHours(1) <= x[i].Time).ToArray())
            {
                waiting.Remove(j);
                var truth = x.Take(i + 1).OrderBy(p => (p.Time - x[j].Time.AddHours(1)).Duration()).First();
                if ((truth.Time - x[j].Time.AddHours(1)).Duration() <= TimeSpan.FromSeconds(150))
                {
                    var errors = s[j].Select(level => Math.Abs(level - truth.Cny)).ToArray();
                    var sorted = errors.Order().ToArray();
                    scale += 0.01 * ((sorted[3] + sorted[4]) / 2 - scale);
                    losses = [.. losses.Select((loss, k) => 0.99 * loss + errors[k] / Math.Max(scale, 5e-5))];
                }
            }
        }

        var weights = losses.Select(loss => Math.Exp(-0.1 * (loss - losses.Min()))).ToArray();
        return weights.Zip(s[^1], (weight, level) => weight * level).Sum() / weights.Sum();
    }
}
