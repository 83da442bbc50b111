using System.Globalization;
using Bittbridge.Miner;
using Microsoft.Extensions.Configuration;

namespace Bittbridge.Cli.Doctor;

/// <summary>Settings that a miner starts with, and what in them looks like a slip.</summary>
internal sealed class SettingsCheck(MinerSettings settings, IConfiguration configuration) : ICheck
{
    public const string Title = "settings";

    public string Name => Title;

    public Task<Finding> RunAsync(CancellationToken ct)
    {
        var detail = string.Create(CultureInfo.InvariantCulture,
            $"{(settings.IsDevelopment ? "Development" : "production")}, subnet {settings.Netuid} ({settings.Network}), access {settings.Access.ToString().ToLowerInvariant()}, model {settings.Model}, prices {settings.Prices.Source}");
        var unknown = SettingsReader.UnknownNames(configuration);
        return Task.FromResult(
            unknown.Count > 0 ? Finding.Warning($"{detail}; but nothing reads {string.Join(" and ", unknown.Select(name => $"{SettingNames.Section}:{name}"))}", "Correct the spelling (README lists the settings), or remove it.")
            : settings is { Access: AccessMode.Signed or AccessMode.Open, IsDevelopment: false } ? Finding.Warning($"{detail}: whoever signs gets forecasts, rivals too", "Set Bittbridge:Access to permit.")
            : Finding.Well(detail));
    }
}
