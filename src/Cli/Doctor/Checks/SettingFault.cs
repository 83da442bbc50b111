namespace Bittbridge.Cli.Doctor;

/// <summary>A setting with which no miner starts.</summary>
/// <param name="message">The settings reader's sentence on it.</param>
internal sealed class SettingFault(string message) : ICheck
{
    public string Name => SettingsCheck.Title;

    public Task<Finding> RunAsync(CancellationToken ct) => Task.FromResult(Finding.OfSetting(FindingLevel.Failed, message));
}
