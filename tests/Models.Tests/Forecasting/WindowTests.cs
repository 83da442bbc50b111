using Bittbridge.Models.BuiltIn;
using Bittbridge.Models.BuiltIn.Arima;
using Bittbridge.Models.Forecasting;

namespace Bittbridge.Models.Tests.Forecasting;

public sealed class WindowTests
{
    private static readonly PriceHistory Prices = Series.Of(
        Enumerable.Range(0, 1500).Select(i => 7.1 + Math.Sin(i / 30d) / 100 + i % 5 * 1e-4)
    );

    [Fact]
    public void A_full_window_begins_at_a_full_hour_and_a_short_one_with_the_first_price()
    {
        Assert.Equal(599, Forecaster.WindowAt(Prices, Prices[598].Time).Count);
        for (var i = 599; i < Prices.Count; i++)
        {
            var window = Forecaster.WindowAt(Prices, Prices[i].Time);

            Assert.InRange(window.Count, 589, 600);
            Assert.Equal(0, window[0].Slot.Number % 12);
            Assert.Equal(Prices[i], window.Newest);
        }
    }

    [Fact]
    public void A_window_depends_on_the_newest_600_prices_alone()
    {
        var madeAt = Prices.Newest!.Value.Time;

        var (ofAll, ofNewest) = (Forecaster.WindowAt(Prices, madeAt), Forecaster.WindowAt(Prices.TakeLast(600), madeAt));

        Assert.Equal(ofAll.TimesUnixMs, ofNewest.TimesUnixMs);
        Assert.Equal(ofAll.Prices, ofNewest.Prices);
    }

    [Fact]
    public async Task A_shared_replay_gives_the_forecasts_of_the_model_bit_for_bit_in_any_order()
    {
        var models = BuiltInModels.Create().Where(model => model is IReplayedForecast).ToList();
        Assert.Equal(
            ["last-price", "moving-average", "exponential-smoothing", "averaged-smoothers", "noise-filter", "filtered-smoothers"],
            models.Select(model => model.Id.Name)
        );
        foreach (var model in models)
        {
            var shared = SharedReplay.Of(model);
            Assert.Equal((model.Id, model.IsDeterministic), (shared.Id, shared.IsDeterministic));
            foreach (var i in Enumerable.Range(0, 300).Select(i => i * 613 % Prices.Count))
            {
                var window = Forecaster.WindowAt(Prices, Prices[i].Time);
                var (own, others) = (new double[window.Count], new double[window.Count]);
                ((IPastForecasts)model).Replay(window, own);
                ((IPastForecasts)shared).Replay(window, others);

                Assert.Equal(own, others);
                Assert.Equal(own[^1], (await shared.PredictAsync(Prices[i].Time, window, CancellationToken.None))!.Price);
            }

            Assert.Null(await shared.PredictAsync(Prices[0].Time, PriceHistory.Empty, CancellationToken.None));
        }
    }

    [Fact]
    public void A_replay_of_another_history_is_not_taken_for_one_that_begins_at_the_same_index()
    {
        var model = BuiltInModels.Create().First(model => model is IReplayedForecast && model.Id.Name == BuiltInModels.Default);
        var shared = (IPastForecasts)SharedReplay.Of(model);
        var (first, second) = (Series.Of([7.1, 7.2, 7.1]), Series.Of([7.3, 7.2, 7.4]));
        var (ofFirst, ofSecond, expected) = (new double[3], new double[3], new double[3]);

        shared.Replay(first, ofFirst);
        shared.Replay(second, ofSecond);
        ((IPastForecasts)model).Replay(second, expected);

        Assert.Equal(expected, ofSecond);
        Assert.NotEqual(ofFirst, ofSecond);
    }

    [Fact]
    public void A_model_without_replays_stays_itself()
    {
        var model = new ArimaModel();

        Assert.Same(model, SharedReplay.Of(model));
    }
}
