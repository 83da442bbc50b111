namespace Bittbridge.Miner.Configuration;

/// <summary>The miner can't start with these settings. The message has one sentence per line.</summary>
/// <param name="problems">What is wrong with settings and switches.</param>
/// <param name="others">Other problems, one sentence each, such as a command line that can't be read.</param>
// The exception carries values, so it has no constructors for a bare message.
#pragma warning disable CA1032
public sealed class SettingsException(IReadOnlyList<SettingProblem> problems, IReadOnlyList<string> others)
    : Exception(string.Join(Environment.NewLine, [.. others, .. problems.Select(problem => problem.ToString())]))
#pragma warning restore CA1032
{
    public SettingsException(SettingProblem problem)
        : this([problem], []) { }

    public SettingsException(IReadOnlyList<SettingProblem> problems)
        : this(problems, []) { }

    /// <summary>All problems, warnings last.</summary>
    public IReadOnlyList<SettingProblem> Problems { get; } = problems;
}
