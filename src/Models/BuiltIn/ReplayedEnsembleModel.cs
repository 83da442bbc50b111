using Bittbridge.Models.Forecasting;

namespace Bittbridge.Models.BuiltIn;

/// <summary>An ensemble whose members' forecasts are all the last of their replays; so is their mean.</summary>
internal sealed class ReplayedEnsembleModel(ModelId id, IReadOnlyList<IPredictionModel> members)
    : ReplayableEnsembleModel(id, members),
        IReplayedForecast;
