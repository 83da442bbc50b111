using Bittbridge.Models.BuiltIn.Smoothing;

namespace Bittbridge.Models.Tests.BuiltIn.Smoothing;

public sealed class SmoothingModelTests
{
    public static TheoryData<SmoothedLevelModel> All => [new LastPriceModel(), new MovingAverageModel(), new ExponentialSmoothingModel()];

    [Fact]
    public async Task The_last_price_is_the_forecast_of_the_last_price_model() =>
        Assert.Equal(7.3, await PriceAsync(new LastPriceModel(), 7.1, 7.2, 7.3));

    [Fact]
    public async Task The_moving_average_is_the_mean_of_the_last_twelve() =>
        Assert.Equal(8.5, await PriceAsync(new MovingAverageModel(), [100, 200, .. Enumerable.Range(3, 12).Select(i => (double)i)]));

    [Fact]
    public async Task The_moving_average_of_fewer_is_the_mean_of_all() =>
        Assert.Equal(7.2, await PriceAsync(new MovingAverageModel(), 7.1, 7.3), 12);

    [Fact]
    public async Task Smoothing_gives_the_newest_price_six_tenths_of_the_weight() =>
        // 7; 7 + .6 (8 - 7) = 7.6; 7.6 + .6 (9 - 7.6) = 8.44
        Assert.Equal(8.44, await PriceAsync(new ExponentialSmoothingModel(), 7, 8, 9), 12);

    [Fact]
    public void Smoothing_agrees_with_statsmodels()
    {
        foreach (var window in StatsmodelsWindow.All())
        {
            var levels = new double[window.History.Count];
            ExponentialSmoothingModel.Smooth(window.History.Prices, 0.3, levels);
            Assert.Equal(window.Smoothed, levels[^1], 9);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    [InlineData(double.NaN)]
    public void The_weight_of_the_newest_price_is_above_zero_and_at_most_one(double alpha) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => ExponentialSmoothingModel.Smooth([7.1], alpha, new double[1]));

    [Theory, MemberData(nameof(All))]
    public async Task Without_a_price_there_is_no_forecast(SmoothedLevelModel model) =>
        Assert.Null(await model.PredictAsync(Series.Start, PriceHistory.Empty, CancellationToken.None));

    [Theory, MemberData(nameof(All))]
    public async Task One_price_is_its_own_forecast(SmoothedLevelModel model) => Assert.Equal(7.1, await PriceAsync(model, 7.1));

    [Theory, MemberData(nameof(All))]
    public async Task A_model_starts_without_being_asked_for_anything(SmoothedLevelModel model)
    {
        IPredictionModel plain = model;

        Assert.True(await plain.InitializeAsync(CancellationToken.None));
        await plain.CleanupAsync();
    }

    [Theory, MemberData(nameof(All))]
    public async Task A_replayed_forecast_is_the_one_that_was_made_then(SmoothedLevelModel model)
    {
        var history = Series.Of(Enumerable.Range(0, 40).Select(i => 7.1 + 0.01 * Math.Sin(i * i)));
        var replayed = new double[history.Count];

        model.Replay(history, replayed);

        for (var i = 0; i < history.Count; i++)
        {
            Assert.Equal((await model.PredictAsync(Series.At(i), history.Until(Series.At(i)), CancellationToken.None))!.Price, replayed[i]);
        }
    }

    [Theory, MemberData(nameof(All))]
    public void A_replay_wants_a_place_for_every_point(SmoothedLevelModel model) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => model.Replay(Series.Of(7.1, 7.2), new double[1]));

    private static async Task<double> PriceAsync(IPredictionModel model, params double[] prices) =>
        (await model.PredictAsync(Series.At(prices.Length - 1), Series.Of(prices), CancellationToken.None))!.Price;
}
