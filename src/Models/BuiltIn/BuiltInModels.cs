using Bittbridge.Models.BuiltIn.Arima;
using Bittbridge.Models.BuiltIn.Smoothing;

namespace Bittbridge.Models.BuiltIn;

/// <summary>The models that need nothing but prices.</summary>
public static class BuiltInModels
{
    /// <summary>The best of them on recorded prices: the mean of the averaged smoothers and the noise filter.</summary>
    public const string Default = "filtered-smoothers";

    /// <summary>Whether one of them has this name.</summary>
    public static bool Has(string name) => Create().Any(model => model.Id.Name == name);

    /// <summary>Creates an instance of each.</summary>
    public static IReadOnlyList<IPredictionModel> Create()
    {
        var (smoothers, filter) = (new AveragedSmoothersModel(), new NoiseFilterModel());
        return
        [
            new LastPriceModel(),
            new MovingAverageModel(),
            new ExponentialSmoothingModel(),
            smoothers,
            filter,
            EnsembleModel.Of(new(Default, "1"), smoothers, filter),
            new ArimaModel(),
        ];
    }
}
