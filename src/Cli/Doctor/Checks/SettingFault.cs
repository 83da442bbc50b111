using Bittbridge.Miner.Configuration;

namespace Bittbridge.Cli.Doctor.Checks;

/// <summary>A setting that prevents the miner from starting, or one that looks like a typing error.</summary>
internal sealed class SettingFault(SettingProblem problem) : ICheck
{
    public string Name => SettingsCheck.Title;

    public Task<Finding> RunAsync(CancellationToken ct) =>
        Task.FromResult(Finding.OfSetting(problem.IsWarning ? FindingLevel.Warning : FindingLevel.Failed, problem));
}
