using Bittbridge.Models.BuiltIn.Arima;
using Bittbridge.Models.BuiltIn.Smoothing;

namespace Bittbridge.Models.BuiltIn;

/// <summary>The models that need nothing but prices.</summary>
public static class BuiltInModels
{
    /// <summary>The best of them on recorded prices: the averaged smoothers and the noise filter, half and half.</summary>
    public const string Default = "filtered-smoothers";

    /// <summary>New instances of all of them.</summary>
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
