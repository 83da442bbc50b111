using System.Globalization;
using Bittbridge.Miner;
using Microsoft.Extensions.Configuration;

namespace Bittbridge.Cli.Doctor;

/// <summary>Settings that a miner starts with, and what in them looks like a slip.</summary>
/// <param name="settings">As they were read.</param>
/// <param name="configuration">Where they were read from.</param>
/// <param name="model">Finds the model that is named, or says that there is none.</param>
internal sealed class SettingsCheck(MinerSettings settings, IConfiguration configuration, Func<ForecastDesk> model) : ICheck
{
    public const string Title = "settings";

    public string Name => Title;

    public Task<Finding> RunAsync(CancellationToken ct)
    {
        var detail = string.Create(CultureInfo.InvariantCulture,
            $"{(settings.IsDevelopment ? "Development" : "production")}, subnet {settings.Netuid} ({settings.Network}), access {settings.Access.ToString().ToLowerInvariant()}, model {settings.Model}, prices {settings.Prices.Source}");
        try
        {
            model();
        }
        catch (SettingsException exception)
        {
            // A model that is the user's own is known to the user's own program only.
            return Task.FromResult(Finding.OfSetting(FindingLevel.Warning, exception.Message));
        }

        var unknown = SettingsReader.UnknownNames(configuration);
        return Task.FromResult(
            unknown.Count > 0 ? Finding.Warning($"{detail}; but nothing reads {string.Join(" and ", unknown.Select(name => $"{SettingNames.Section}:{name}"))}", "Correct the spelling (README lists the settings), or remove it.")
            : settings is { Access: AccessMode.Signed or AccessMode.Open, IsDevelopment: false } ? Finding.Warning($"{detail}: whoever signs gets forecasts, rivals too", "Set Bittbridge:Access to permit.")
            : Finding.Well(detail));
    }
}
