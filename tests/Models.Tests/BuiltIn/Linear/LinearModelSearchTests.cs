using Bittbridge.Models.BuiltIn.Linear;
using Bittbridge.Testing;

namespace Bittbridge.Models.Tests.BuiltIn.Linear;

public sealed class LinearModelSearchTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_price_that_returns_to_the_mean_of_two_hours_is_found_to_need_its_lags()
    {
        // The price an hour ahead is the one two hours before, plus noise: three, six and twelve lags can't see it.
        var random = new Random(7);
        var prices = new List<double>();
        for (var i = 0; i < 3000; i++)
        {
            prices.Add((i < 36 ? 7.1 : (0.8 * (prices[i - 36] - 7.1)) + 7.1) + (0.001 * (random.NextDouble() - 0.5)));
        }

        var finished = 0;
        var trials = await LinearModelSearch.RunAsync(Series.Of(prices), more => Interlocked.Add(ref finished, more), Ct);

        Assert.Equal((20, 20), (trials!.Count, finished));
        Assert.True(trials.Zip(trials.Skip(1)).All(pair => pair.First.MaeRatio <= pair.Second.MaeRatio));
        var chosen = LinearModelSearch.Choose(trials);
        Assert.Equal(24, chosen.Lags);
        Assert.InRange(chosen.MaeRatio, 0.3, 0.8);
        Assert.Every(trials.Where(trial => trial.Lags < 24), trial => Assert.True(trial.MaeRatio > chosen.MaeRatio + 0.05));
    }

    [Fact]
    public async Task A_part_is_forecast_from_what_was_known_before_it()
    {
        var random = new Random(3);
        var prices = Enumerable.Range(0, 2400).Select(_ => 7.1 + (0.001 * random.NextDouble())).ToList();
        var trials = await LinearModelSearch.RunAsync(Series.Of(prices), ct: Ct);

        // Other prices in the last part change the figures of no earlier one. Its first hour still holds outcomes of the part before.
        var changed = prices.Select((price, i) => i < 2150 ? price : price + (i % 3 * 0.01)).ToList();
        var other = await LinearModelSearch.RunAsync(Series.Of(changed), ct: Ct);

        Assert.NotEmpty(trials!);
        foreach (var trial in trials!)
        {
            var same = other!.Single(one => (one.Lags, one.Ridge) == (trial.Lags, trial.Ridge));
            Assert.Equal(trial.PartRatios.Take(3), same.PartRatios.Take(3));
            Assert.NotEqual(trial.PartRatios[3], same.PartRatios[3]);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    public async Task Too_few_prices_give_no_result(int count) =>
        Assert.Null(await LinearModelSearch.RunAsync(Series.Of(Enumerable.Range(0, count).Select(i => 7 + (i % 5 * 0.001))), ct: Ct));

    [Fact]
    public async Task Prices_that_never_move_give_no_result() =>
        Assert.Null(await LinearModelSearch.RunAsync(Series.Of(Enumerable.Repeat(7.1, 2000)), ct: Ct));

    [Fact]
    public void Of_settings_within_one_standard_error_of_the_best_the_least_flexible_is_chosen()
    {
        // The parts of the best have the standard error 0.01.
        LinearModelTrial best = new(48, 10, 0.97, [0.95, 0.99, 0.95, 0.99]);
        var limit = 0.97 + (Math.Sqrt(0.0016 / 3) / 2);
        LinearModelTrial[] trials =
        [
            best,
            new(12, 100, limit - 1e-6, best.PartRatios),
            new(12, 1000, limit - 1e-6, best.PartRatios),
            new(3, 1000, limit + 1e-6, best.PartRatios),
        ];

        Assert.Equal((12, 1000d), (LinearModelSearch.Choose(trials).Lags, LinearModelSearch.Choose(trials).Ridge));
        Assert.Same(best, LinearModelSearch.Choose([best]));
    }
}
