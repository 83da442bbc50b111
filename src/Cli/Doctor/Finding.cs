using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Prices.Failures;

namespace Bittbridge.Cli.Doctor;

/// <summary>The result of a check.</summary>
/// <param name="Level">The severity.</param>
/// <param name="Detail">The result in words, without secrets.</param>
/// <param name="Remedy">What to do; null for nothing.</param>
internal sealed record Finding(FindingLevel Level, string Detail, string? Remedy = null)
{
    /// <summary>The setting or option concerned; null for none.</summary>
    public string? Setting { get; init; }

    public static Finding Passed(string detail) => new(FindingLevel.Passed, detail);

    public static Finding Warning(string detail, string remedy) => new(FindingLevel.Warning, detail, remedy);

    public static Finding Failed(string detail, string remedy) => new(FindingLevel.Failed, detail, remedy);

    /// <summary>A call of a price or rate source that failed.</summary>
    public static Finding Failed(string detail, PriceFailure failure) =>
        Failed(detail, failure.Remedy is { } remedy ? Sentence(remedy) : "Try again.");

    public static Finding Skipped(string detail) => new(FindingLevel.Skipped, detail);

    /// <summary>A problem of one setting.</summary>
    public static Finding OfSetting(FindingLevel level, SettingProblem problem) =>
        new(level, problem.Fault, Sentence(problem.Remedy)) { Setting = problem.Name };

    /// <summary>A remedy in lower case and without a full stop, as a sentence.</summary>
    private static string Sentence(string remedy) => Shown.Capitalized(remedy) + ".";
}
