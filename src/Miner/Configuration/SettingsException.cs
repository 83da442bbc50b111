namespace Bittbridge.Miner.Configuration;

/// <summary>The miner can't start with these settings. The message has one sentence a line.</summary>
/// <param name="problems">At least one.</param>
// It carries values, so the constructors for a bare message are left out.
#pragma warning disable CA1032
public sealed class SettingsException(IReadOnlyList<SettingProblem> problems) : Exception(string.Join(Environment.NewLine, problems))
#pragma warning restore CA1032
{
    public SettingsException(SettingProblem problem)
        : this([problem]) { }

    /// <summary>Everything that is wrong, warnings last.</summary>
    public IReadOnlyList<SettingProblem> Problems { get; } = problems;
}
