using Bittbridge.Models;

namespace Bittbridge.Miner.ModelRegistry;

/// <summary>What answers together: a model, and the calibration that makes its intervals.</summary>
/// <param name="Model">Null: the one that the setting <c>Model</c> names.</param>
/// <param name="Calibration">Null: the miner's own.</param>
public sealed record DeployedVersion(ModelId? Model, ModelId? Calibration)
{
    /// <summary>What the settings say.</summary>
    public static DeployedVersion OfTheSettings { get; } = new(null, null);

    public override string ToString() =>
        (Model is null ? "the model of the setting Model" : Model.ToString())
        + (Calibration is null ? "" : $" with the calibration {Calibration}");
}
