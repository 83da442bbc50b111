using Bittbridge.Miner.Access;
using Bittbridge.Miner.Configuration;

namespace Bittbridge.Cli.Doctor.Checks;

/// <summary>Settings that a miner starts with.</summary>
/// <param name="settings">As they were read.</param>
/// <param name="model">Finds the model that is named, or says that there is none.</param>
internal sealed class SettingsCheck(MinerSettings settings, Action model) : ICheck
{
    public const string Title = "settings";

    public string Name => Title;

    public Task<Finding> RunAsync(CancellationToken ct)
    {
        var detail =
            $"{(settings.IsDevelopment ? "Development" : "production")}, subnet {settings.Netuid} ({Shown.Network(settings.Network)}), "
            + $"access {settings.Access.ToString().ToLowerInvariant()}, model {Shown.Path(settings.Model)}, prices "
            + $"{Shown.Path(settings.Prices.Source)}";
        try
        {
            model();
        }
        catch (SettingsException exception)
        {
            // A model that is the user's own is known to the user's own program only.
            return Task.FromResult(Finding.OfSetting(FindingLevel.Warning, exception.Problems[0]));
        }

        return Task.FromResult(
            settings is { Access: AccessMode.Signed or AccessMode.Open, IsDevelopment: false }
                ? Finding.Warning($"{detail}: whoever signs gets forecasts, rivals too", "Set Bittbridge:Access to permit.")
                : Finding.Well(detail)
        );
    }
}
