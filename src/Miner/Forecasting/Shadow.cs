using Bittbridge.Models.Forecasting;

namespace Bittbridge.Miner.Forecasting;

/// <summary>A model that runs after each answer and is only recorded, and its forecaster.</summary>
internal sealed record Shadow(GuardedModel Model, Forecaster Forecaster);
