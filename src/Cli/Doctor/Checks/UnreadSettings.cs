using Bittbridge.Miner;

namespace Bittbridge.Cli.Doctor;

/// <summary>Settings with which no miner starts.</summary>
internal sealed class UnreadSettings(SettingsException exception) : ICheck
{
    public string Name => SettingsCheck.Title;

    public Task<Finding> RunAsync(CancellationToken ct)
    {
        // The message is "what is wrong: what to do".
        var parts = exception.Message.Split(": ", 2);
        return Task.FromResult(Finding.Failed(parts[0], parts.Length == 2 ? char.ToUpperInvariant(parts[1][0]) + parts[1][1..] : "Set it right."));
    }
}
