using Bittbridge.Models;

namespace Bittbridge.Miner.ModelRegistry;

/// <summary>A model and the calibration of its intervals, which are activated together.</summary>
/// <param name="Model">Null for the model that the setting <c>Model</c> names.</param>
/// <param name="Calibration">Null for the miner's own estimator.</param>
public sealed record DeployedVersion(ModelId? Model, ModelId? Calibration)
{
    /// <summary>The model of the settings.</summary>
    public static DeployedVersion OfTheSettings { get; } = new(null, null);

    public override string ToString() =>
        (Model is null ? "the model of the setting Model" : Model.ToString())
        + (Calibration is null ? "" : $" with the calibration {Calibration}");
}
