using Bittbridge.Models;

namespace Bittbridge.Miner;

/// <summary>Makes the intervals that models leave out, by the calibration that was chosen or, where none was, in the miner's own way.</summary>
public sealed class IntervalMaker(IIntervalEstimator own, MinerSettings settings)
{
    /// <summary>Where no calibration was chosen.</summary>
    public IIntervalEstimator Own => own;

    public IIntervalEstimator With(Calibration? calibration) => calibration is null ? own : new CalibratedIntervalEstimator(calibration, IntervalAim.Coverage, settings.Level);
}
