using Bittbridge.Miner.Forecasting;
using Bittbridge.Models.Intervals;

namespace Bittbridge.Miner.ModelRegistry;

/// <summary>What came of loading a version: exactly one of a model, a calibration and a refusal.</summary>
/// <param name="Model">Ready to answer.</param>
/// <param name="Calibration">Ready to use.</param>
/// <param name="Problem">One sentence.</param>
internal sealed record LoadedVersion(GuardedModel? Model, Calibration? Calibration, string? Problem)
{
    public static LoadedVersion Refused(string problem) => new(null, null, problem);
}
