using System.Net;
using Bittbridge.Miner.Configuration;

namespace Bittbridge.Cli.Init;

/// <summary>Where the miner will run.</summary>
internal enum InitTarget
{
    /// <summary>With <c>func</c> on this machine.</summary>
    Local,

    /// <summary><c>src/SelfHost</c> as a service of this machine.</summary>
    SelfHost,

    /// <summary>A Function App.</summary>
    Azure,
}

/// <summary>What keeps the self-hosted miner running.</summary>
internal enum InitSupervisor
{
    Systemd,
    Compose,
}

/// <summary>What <c>bittbridge init</c> must know.</summary>
/// <param name="Target">Where the miner will run.</param>
/// <param name="Supervisor">What keeps it running there.</param>
/// <param name="Hotkey">Its ss58 address.</param>
/// <param name="Netuid">The subnet.</param>
/// <param name="Network">The value of the setting <c>Network</c>.</param>
/// <param name="Storage">The value of the setting <c>Storage</c>; null for the target's own.</param>
/// <param name="CoinGeckoKey">A secret; null for none.</param>
/// <param name="KeyVariable">The variable of the environment that holds the key; null for a key that was typed.</param>
/// <param name="CoinGeckoAddress">Where CoinGecko is called, from the environment; null for the default.</param>
/// <param name="Ip">The public address to announce; null if it is not known yet.</param>
/// <param name="Port">The port to listen on and to announce.</param>
internal sealed record InitAnswers(
    InitTarget Target,
    InitSupervisor Supervisor,
    string Hotkey,
    ushort Netuid,
    string Network,
    string? Storage,
    string? CoinGeckoKey,
    string? KeyVariable,
    string? CoinGeckoAddress,
    IPAddress? Ip,
    ushort Port
)
{
    public const string Azurite = "UseDevelopmentStorage=true";

    /// <summary>Whether a service of systemd on this machine is the storage.</summary>
    public bool RunsStorage => this is { Target: InitTarget.SelfHost, Supervisor: InitSupervisor.Systemd, Storage: Azurite };

    /// <summary>The settings by their names in <see cref="SettingNames"/>.</summary>
    public IReadOnlyList<(string Name, string Value)> Settings =>
        [
            (SettingNames.Hotkey, Hotkey),
            (SettingNames.Netuid, $"{Netuid}"),
            (SettingNames.Network, Network),
            (SettingNames.Access, "permit"),
            .. Storage is { } storage ? [(SettingNames.Storage, storage)] : Array.Empty<(string, string)>(),
            .. CoinGeckoAddress is { } address ? [(SettingNames.CoinGeckoBaseAddress, address)] : Array.Empty<(string, string)>(),
            .. CoinGeckoKey is { } key ? [(SettingNames.CoinGeckoApiKey, key)] : Array.Empty<(string, string)>(),
        ];

    /// <summary>The settings as a configuration has them, for the checks.</summary>
    public IReadOnlyDictionary<string, string?> Configuration =>
        Settings
            .Append((Name: Target == InitTarget.Local ? "AZURE_FUNCTIONS_ENVIRONMENT" : "", Value: "Development"))
            .Where(setting => setting.Name.Length > 0)
            .ToDictionary(
                setting => setting.Name == "AZURE_FUNCTIONS_ENVIRONMENT" ? setting.Name : SettingNames.Full(setting.Name),
                string? (setting) => setting.Value
            );
}
