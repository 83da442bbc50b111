using Bittbridge.Models.Forecasting;

namespace Bittbridge.Miner.Forecasting;

/// <summary>A model that runs beside the one that answers, and its forecaster.</summary>
internal sealed record Shadow(GuardedModel Model, Forecaster Forecaster);
