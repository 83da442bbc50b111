using Bittbridge.Miner.ModelRegistry;
using Bittbridge.Models;
using Bittbridge.Models.Forecasting;

namespace Bittbridge.Miner.Forecasting;

/// <summary>
/// The active model with its intervals and shadows at one time. Immutable: a change replaces it as a whole, and a challenge keeps the one
/// that it started with.
/// </summary>
/// <param name="Model">The model that answers.</param>
/// <param name="Forecaster">The model with the estimator of its intervals.</param>
/// <param name="Calibration">The deployed calibration; null for the miner's own estimator.</param>
/// <param name="Shadows">The models that run after each answer and are only recorded.</param>
internal sealed record ActiveModel(GuardedModel Model, Forecaster Forecaster, ModelId? Calibration, IReadOnlyList<Shadow> Shadows)
{
    /// <summary>A model without shadows.</summary>
    public static ActiveModel Of(GuardedModel model, Forecasters forecasters)
    {
        return new(model, model.With(forecasters), null, []);
    }

    public override string ToString() =>
        new DeployedVersion(Model.Id, Calibration)
        + (Shadows.Count == 0 ? "" : $" (shadows: {string.Join(", ", Shadows.Select(shadow => shadow.Model.Id))})");
}
