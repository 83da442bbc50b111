namespace Bittbridge.Miner.Configuration;

/// <summary>The settings, with all problems that were found in them.</summary>
/// <param name="Settings">Contains defaults for values that can't be used, so a miner must not start with them unless <see
/// cref="IsUsable"/>.</param>
/// <param name="Problems">Errors, then warnings.</param>
public sealed record SettingsReading(MinerSettings Settings, IReadOnlyList<SettingProblem> Problems)
{
    /// <summary>Whether a miner can start with them.</summary>
    public bool IsUsable => Problems.All(problem => problem.IsWarning);

    /// <summary>The secrets that the miner runs without, because the platform did not fetch them from their vault.</summary>
    public IEnumerable<SettingProblem> UnresolvedSecrets => Problems.Where(problem => problem.IsUnresolvedSecret);

    /// <summary>Whether one of these settings can't be used.</summary>
    /// <param name="names">Names from <see cref="SettingNames"/>.</param>
    public bool Lacks(params IEnumerable<string> names) => Errors(names).Any();

    /// <summary>Why some of these settings can't be used.</summary>
    /// <param name="names">Names from <see cref="SettingNames"/>.</param>
    public IEnumerable<SettingProblem> Errors(params IEnumerable<string> names) =>
        Problems.Where(problem => !problem.IsWarning && names.Any(name => problem.Name == name || problem.Name == SettingNames.Full(name)));

    /// <summary>The settings, if a miner can start with them. Warnings name other problems, such as a misspelled name.</summary>
    /// <exception cref="SettingsException">The settings can't be used.</exception>
    public MinerSettings Usable() => IsUsable ? Settings : throw new SettingsException(Problems);
}
