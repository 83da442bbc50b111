using Bittbridge.Models.BuiltIn.Smoothing;
using Bittbridge.Models.Forecasting;

namespace Bittbridge.Models.Tests.Forecasting;

public sealed class ModelCatalogTests
{
    [Fact]
    public void A_model_is_found_by_its_name()
    {
        var average = new MovingAverageModel();
        var registry = new ModelCatalog([new LastPriceModel(), average]);

        Assert.Same(average, registry.Find("moving-average"));
        Assert.Null(registry.Find("Moving-Average"));
        Assert.Null(registry.Find("lstm"));
    }

    [Fact]
    public void Names_are_listed_in_alphabetical_order() =>
        Assert.Equal(
            ["exponential-smoothing", "last-price", "moving-average"],
            new ModelCatalog([new MovingAverageModel(), new LastPriceModel(), new ExponentialSmoothingModel()]).Names
        );

    [Fact]
    public void Two_models_of_one_name_are_refused_with_both_types_named()
    {
        var error = Assert.Throws<ArgumentException>(() => new ModelCatalog([new LastPriceModel(), new FixedModel("last-price", 7.1)]));

        Assert.Contains("'last-price' (LastPriceModel and FixedModel)", error.Message, StringComparison.Ordinal);
    }
}
