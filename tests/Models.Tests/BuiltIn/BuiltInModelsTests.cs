using Bittbridge.Models.BuiltIn;
using Bittbridge.Models.Forecasting;
using Bittbridge.Models.Intervals;
using Bittbridge.Models.Scoring;
using Bittbridge.Testing;
using CsCheck;

namespace Bittbridge.Models.Tests.BuiltIn;

public sealed class BuiltInModelsTests
{
    private static readonly ModelCatalog Registry = new(BuiltInModels.Create());

    public static TheoryData<string> Names => [.. Registry.Names];

    /// <summary>All but ARIMA, which is fitted anew for every forecast.</summary>
    public static TheoryData<string> Replayable => [.. Registry.Names.Where(name => name != "arima")];

    /// <summary>What each came to on the last 30 % of the recorded prices against the last price, and may not fall behind.</summary>
    [Theory]
    [InlineData("last-price", 1.0005)]
    [InlineData("moving-average", 1.102)]
    [InlineData("exponential-smoothing", 0.9825)]
    [InlineData("averaged-smoothers", 0.9835)]
    [InlineData("noise-filter", 0.9795)]
    [InlineData("filtered-smoothers", 0.976)]
    [InlineData("arima", 0.990)]
    public async Task A_model_keeps_its_error_on_recorded_prices_and_its_intervals_their_coverage(string name, double ratio)
    {
        var rounds = await Series.ReplayValidationAsync(
            new(Registry.Find(name)!, new ResidualIntervalEstimator(0.9)),
            TestContext.Current.CancellationToken
        );

        var evaluation = Evaluation.Of(rounds);

        // On generated prices each is only as good as the last price, within some percent.
        Assert.InRange(evaluation.MaeRatio!.Value, 0, TestPrices.AreReal ? ratio : 1.11);
        Assert.InRange(evaluation.Coverage!.Value, 0.87, 0.93);
    }

    [Fact]
    public void The_default_is_one_of_them() => Assert.NotNull(Registry.Find(BuiltInModels.Default));

    [Theory, MemberData(nameof(Names))]
    public async Task Without_a_price_there_is_no_forecast(string name) =>
        Assert.Null(await Registry.Find(name)!.PredictAsync(Series.Start, PriceHistory.Empty, CancellationToken.None));

    [Theory, MemberData(nameof(Names))]
    public async Task One_price_is_its_own_forecast(string name) =>
        Assert.Equal(7.1, (await Registry.Find(name)!.PredictAsync(Series.Start, Series.Of(7.1), CancellationToken.None))!.Price, 12);

    [Theory, MemberData(nameof(Names))]
    public async Task Wild_prices_at_ragged_times_get_a_price_between_their_extremes_or_near(string name) =>
        await Gen.Select(Gen.Int[0, 20_000_000].Array[1, 60], Gen.Int[0, 1000])
            .SampleAsync(
                async (times, seed) =>
                {
                    var random = new Random(seed);
                    var history = PriceHistory.FromPoints(
                        times.Select(ms => new PricePoint(Series.Start.AddMilliseconds(ms), Math.Pow(10, random.NextDouble() * 12 - 6)))
                    );

                    var forecast = await Registry.Find(name)!.PredictAsync(history.Newest!.Value.Time, history, CancellationToken.None);

                    Assert.True(PricePoint.IsPrice(forecast!.Price));
                },
                iter: 100
            );

    [Theory, MemberData(nameof(Names))]
    public async Task The_same_prices_get_the_same_forecast(string name)
    {
        var model = Registry.Find(name)!;
        var history = Series.KnownAt(5000);

        Assert.Equal(
            await model.PredictAsync(history.Newest!.Value.Time, history, CancellationToken.None),
            await new ModelCatalog(BuiltInModels.Create())
                .Find(name)!
                .PredictAsync(history.Newest!.Value.Time, PriceHistory.FromPoints(history.Points()), CancellationToken.None)
        );
    }

    [Theory, MemberData(nameof(Replayable))]
    public async Task A_replayed_forecast_is_the_one_that_was_made_then_and_knows_nothing_later(string name)
    {
        var past = Assert.IsType<IPastForecasts>(Registry.Find(name), exactMatch: false);
        var whole = Series.KnownAt(3000);
        var replayed = new double[whole.Count];
        past.Replay(whole, replayed);

        for (var i = 0; i < whole.Count; i += 17)
        {
            var known = whole.Until(whole[i].Time);
            Assert.Equal(
                (await Registry.Find(name)!.PredictAsync(known.Newest!.Value.Time, known, CancellationToken.None))!.Price,
                replayed[i],
                12
            );
        }
    }
}
