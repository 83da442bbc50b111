using Bittbridge.Miner.ModelRegistry;
using Bittbridge.Models;
using Bittbridge.Models.Forecasting;

namespace Bittbridge.Miner.Forecasting;

/// <summary>
/// What is in service at one time. It never changes: another takes its place whole, and a challenge keeps the one it began with.
/// </summary>
/// <param name="Model">Answers.</param>
/// <param name="Forecaster">The model with what makes its missing intervals.</param>
/// <param name="Calibration">The calibration that was chosen for those; null for the miner's own.</param>
/// <param name="Shadows">Run beside it.</param>
internal sealed record ActiveModel(GuardedModel Model, Forecaster Forecaster, ModelId? Calibration, IReadOnlyList<Shadow> Shadows)
{
    /// <summary>A model alone.</summary>
    public static ActiveModel Of(GuardedModel model, Forecasters forecasters)
    {
        return new(model, model.With(forecasters), null, []);
    }

    public override string ToString() =>
        new DeployedVersion(Model.Id, Calibration)
        + (Shadows.Count == 0 ? "" : ", in its shadow " + string.Join(", ", Shadows.Select(shadow => shadow.Model.Id)));
}
