using Bittbridge.Models;

namespace Bittbridge.Miner.Forecasting;

/// <summary>What became of asking a model: a forecast that can be used, or the reason why there is none.</summary>
public sealed record ModelAnswer(Forecast? Forecast, string Problem);
