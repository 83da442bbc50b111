using Bittbridge.Models.Forecasting;

namespace Bittbridge.Models.BuiltIn;

/// <summary>An ensemble in which each member's forecast is the last value of its replay; so is the mean.</summary>
internal sealed class ReplayedEnsembleModel(ModelId id, IReadOnlyList<IPredictionModel> members)
    : ReplayableEnsembleModel(id, members),
        IReplayedForecast;
