using Bittbridge.Models.BuiltIn;
using Bittbridge.Models.Forecasting;

namespace Bittbridge.Models.Tests.BuiltIn;

/// <summary>What the models forecast from the generated prices, to twelve digits: a change of a model's recipe shows here.</summary>
public sealed class GoldenForecastTests
{
    [Theory]
    [InlineData("noise-filter", 50, 7.11948683874)]
    [InlineData("noise-filter", 700, 7.12958890749)]
    [InlineData("noise-filter", 2000, 7.11835831008)]
    [InlineData("noise-filter", 3500, 7.12219782899)]
    [InlineData("noise-filter", 5500, 7.12134971216)]
    [InlineData("filtered-smoothers", 50, 7.11951799300)]
    [InlineData("filtered-smoothers", 700, 7.12961484711)]
    [InlineData("filtered-smoothers", 2000, 7.11850675322)]
    [InlineData("filtered-smoothers", 3500, 7.12211709146)]
    [InlineData("filtered-smoothers", 5500, 7.12136802652)]
    public async Task A_forecast_from_the_miners_history_at_a_generated_price_is_the_one_that_it_was(string name, int i, double price)
    {
        var madeAt = Series.Generated[i].Time;
        var history = Series.Generated.Until(madeAt).TakeLast(Series.Kept);

        var forecast = await new ModelCatalog(BuiltInModels.Create()).Find(name)!.PredictAsync(madeAt, history, CancellationToken.None);

        Assert.Equal(price, forecast!.Price, 1e-11);
    }
}
