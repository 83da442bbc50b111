using Bittbridge.Models;

namespace Bittbridge.Miner;

/// <summary>A model that runs beside the one that answers, and its forecaster.</summary>
public sealed record Shadow(ServedModel Model, Forecaster Forecaster);
