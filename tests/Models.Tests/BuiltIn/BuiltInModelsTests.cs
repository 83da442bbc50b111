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

    /// <summary>What each came to on the last 30 % of the real prices against the last price, and may not fall behind.</summary>
    private static readonly Dictionary<string, double> RealRatios = new()
    {
        ["last-price"] = 1.0005,
        ["moving-average"] = 1.102,
        ["exponential-smoothing"] = 0.9825,
        ["averaged-smoothers"] = 0.9835,
        ["noise-filter"] = 0.9795,
        ["filtered-smoothers"] = 0.976,
        ["arima"] = 0.990,
    };

    /// <summary>The same on the generated prices, on which each is only as good as the last price, within some percent.</summary>
    private static readonly Dictionary<string, double> GeneratedRatios = new()
    {
        ["last-price"] = 1.0005,
        ["moving-average"] = 1.0977,
        ["exponential-smoothing"] = 0.9986,
        ["averaged-smoothers"] = 0.9904,
        ["noise-filter"] = 1.0015,
        ["filtered-smoothers"] = 0.9909,
        ["arima"] = 1.0660,
    };

    public static TheoryData<string> Names => [.. Registry.Names];

    /// <summary>All but ARIMA, which is fitted anew for every forecast.</summary>
    public static TheoryData<string> Replayable => [.. Registry.Names.Where(name => name != "arima")];

    public static MatrixTheoryData<string, TestSeries> NamesAndSeries => new(Registry.Names, TestPrices.Available);

    [Theory, MemberData(nameof(NamesAndSeries))]
    public async Task A_model_keeps_its_error_and_its_intervals_their_coverage(string name, TestSeries series)
    {
        var rounds = await Series.ReplayValidationAsync(
            new(Registry.Find(name)!, new ResidualIntervalEstimator(0.9)),
            Series.Prices(series),
            TestContext.Current.CancellationToken
        );

        var evaluation = Evaluation.Of(rounds);

        Assert.InRange(evaluation.MaeRatio!.Value, 0, (series == TestSeries.Real ? RealRatios : GeneratedRatios)[name]);
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
