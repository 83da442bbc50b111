using Bittbridge.Miner.Configuration;
using Bittbridge.Models;
using Bittbridge.Models.Forecasting;
using Bittbridge.Models.Intervals;

namespace Bittbridge.Miner.Forecasting;

/// <summary>
/// Puts a model together with what makes its intervals: the calibration that was chosen or, where none was, the miner's own way.
/// </summary>
/// <param name="own">The miner's own way.</param>
/// <param name="settings">Say what intervals are made for.</param>
internal sealed class Forecasters(IIntervalEstimator own, MinerSettings settings)
{
    /// <param name="model">The model.</param>
    /// <param name="calibration">Null where none was chosen.</param>
    public Forecaster Of(IPredictionModel model, Calibration? calibration = null) =>
        new(
            model,
            calibration is null
                ? own
                : new CalibratedIntervalEstimator(calibration, settings.Aim, settings.Level, settings.LearnsFromErrors),
            settings.KeepsOwnIntervals
        );
}
