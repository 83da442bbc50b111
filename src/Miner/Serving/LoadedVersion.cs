using Bittbridge.Models;

namespace Bittbridge.Miner;

/// <summary>What came of loading a version: exactly one of a model, a calibration and a refusal.</summary>
/// <param name="Model">Ready to answer.</param>
/// <param name="Calibration">Ready to use.</param>
/// <param name="Problem">One sentence.</param>
public sealed record LoadedVersion(ServedModel? Model, Calibration? Calibration, string? Problem)
{
    public static LoadedVersion Refused(string problem) => new(null, null, problem);
}
