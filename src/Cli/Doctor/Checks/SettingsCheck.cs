using Bittbridge.Miner.Access;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.HttpModels;

namespace Bittbridge.Cli.Doctor.Checks;

/// <summary>Checks valid settings for values that are risky in production.</summary>
/// <param name="settings">The settings.</param>
/// <param name="model">Throws a <see cref="SettingsException"/> if the configured model does not exist.</param>
internal sealed class SettingsCheck(MinerSettings settings, Action model) : ICheck
{
    public const string Title = "settings";

    public string Name => Title;

    public Task<Finding> RunAsync(CancellationToken ct)
    {
        var detail =
            $"{(settings.IsDevelopment ? "Development" : "production")}, subnet {settings.Netuid} ({Shown.Network(settings.Network)}), "
            + $"access {settings.Access.ToString().ToLowerInvariant()}, model {HttpModelAddress.Describe(settings.Model)}, prices "
            + $"{Shown.Path(settings.Prices.Source)}";
        try
        {
            model();
        }
        catch (SettingsException exception)
        {
            // Only the user's own program knows a model that is written in C#.
            return Task.FromResult(Finding.OfSetting(FindingLevel.Warning, exception.Problems[0]));
        }

        return Task.FromResult(
            settings is { Access: AccessMode.Signed or AccessMode.Open, IsDevelopment: false }
                ? Finding.Warning(
                    $"{detail}: any caller with a valid signature gets forecasts, including competitors",
                    "Set Bittbridge:Access to permit."
                )
                : Finding.Passed(detail)
        );
    }
}
