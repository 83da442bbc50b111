using Bittbridge.Miner.Configuration;
using Bittbridge.Models;
using Bittbridge.Models.Forecasting;
using Bittbridge.Models.Intervals;

namespace Bittbridge.Miner.Forecasting;

/// <summary>
/// Combines a model with the estimator of its intervals: the deployed calibration or, without one, the miner's own estimator.
/// </summary>
/// <param name="own">The miner's own estimator.</param>
/// <param name="settings">The settings of intervals.</param>
internal sealed class Forecasters(IIntervalEstimator own, MinerSettings settings)
{
    /// <param name="model">The model.</param>
    /// <param name="calibration">The deployed calibration; null for the miner's own estimator.</param>
    public Forecaster Of(IPredictionModel model, Calibration? calibration = null) =>
        new(
            model,
            calibration is null
                ? own
                : new CalibratedIntervalEstimator(calibration, settings.Aim, settings.Level, settings.LearnsFromErrors),
            settings.KeepsOwnIntervals
        );
}
