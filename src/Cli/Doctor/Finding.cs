using Bittbridge.Miner.Configuration;

namespace Bittbridge.Cli.Doctor;

/// <summary>What a check found.</summary>
/// <param name="Level">How the part fares.</param>
/// <param name="Detail">What was seen, in words; nothing secret.</param>
/// <param name="Remedy">What to do; null for nothing.</param>
internal sealed record Finding(FindingLevel Level, string Detail, string? Remedy = null)
{
    /// <summary>The setting or switch that it is about; null for none.</summary>
    public string? Setting { get; init; }

    public static Finding Well(string detail) => new(FindingLevel.Well, detail);

    public static Finding Warning(string detail, string remedy) => new(FindingLevel.Warning, detail, remedy);

    public static Finding Failed(string detail, string remedy) => new(FindingLevel.Failed, detail, remedy);

    public static Finding Skipped(string detail) => new(FindingLevel.Skipped, detail);

    /// <summary>Of one setting.</summary>
    public static Finding OfSetting(FindingLevel level, SettingProblem problem) =>
        new(level, problem.Fault, $"{char.ToUpperInvariant(problem.Remedy[0])}{problem.Remedy[1..]}.") { Setting = problem.Name };
}
