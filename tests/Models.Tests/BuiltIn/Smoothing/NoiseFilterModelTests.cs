using Bittbridge.Models.BuiltIn.Smoothing;

namespace Bittbridge.Models.Tests.BuiltIn.Smoothing;

public sealed class NoiseFilterModelTests
{
    private static readonly double[] Quiet = [.. Enumerable.Range(0, 150).Select(i => 7 + 0.0002 * Math.Sin(i * i))];

    [Fact]
    public async Task A_spike_is_looked_through() => Assert.Equal(7, await PriceAsync([.. Quiet, 7.01]), 0.003);

    [Fact]
    public async Task A_move_that_stays_is_followed_within_a_few_points() =>
        Assert.Equal(7.01, await PriceAsync([.. Quiet, 7.01, 7.01, 7.01, 7.01]), 0.0005);

    [Fact]
    public async Task Noise_around_a_level_is_averaged_out()
    {
        var random = new Random(5);
        var noisy = Enumerable.Range(0, 200).Select(_ => 7 + 0.002 * (random.NextDouble() - 0.5)).ToArray();

        Assert.Equal(7, await PriceAsync(noisy), 0.0004);
    }

    [Fact]
    public async Task After_a_gap_the_new_price_counts_for_more()
    {
        var next = await new NoiseFilterModel().PredictAsync(Series.At(150), Series.Of([.. Quiet, 7.001]), CancellationToken.None);
        var later = await new NoiseFilterModel().PredictAsync(
            Series.At(162),
            Series.Of(Quiet).Merge([new(Series.At(162), 7.001)]),
            CancellationToken.None
        );

        Assert.True(later!.Price > next!.Price, $"{later} {next}");
    }

    [Fact]
    public async Task It_is_the_same_filter_in_other_units_of_the_level() =>
        // Only differences count: the whole series a yuan higher gives the forecast a yuan higher.
        Assert.Equal(await PriceAsync(Quiet) + 1, await PriceAsync([.. Quiet.Select(price => price + 1)]), 9);

    private static async Task<double> PriceAsync(double[] prices) =>
        (await new NoiseFilterModel().PredictAsync(Series.At(prices.Length - 1), Series.Of(prices), CancellationToken.None))!.Price;
}
