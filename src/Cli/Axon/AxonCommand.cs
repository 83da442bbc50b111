using System.CommandLine;
using System.Globalization;
using Bittbridge.Bittensor.Chain;
using Bittbridge.Cli.CommandLines;
using Bittbridge.Cli.Keys;
using Bittbridge.Miner.Configuration;
using Microsoft.Extensions.Configuration;

namespace Bittbridge.Cli.Axon;

/// <summary>
/// <c>bittbridge axon</c>: puts the miner's address on the chain in words, and tells whether the chain leads to the miner.
/// </summary>
internal static class AxonCommand
{
    private static readonly Option<string?> Ip = new("--ip")
    {
        Description = "The public IPv4 address to put on the chain: the miner's, or that of the proxy in front of it",
    };
    private static readonly Option<int?> Port = new("--port") { Description = "The port to put on the chain" };
    private static readonly Option<string?> Hotkey = new("--hotkey")
    {
        Description = "The miner's ss58 address (Bittbridge__Hotkey of the environment)",
    };
    private static readonly Option<string?> Wallet = new("--wallet-name")
    {
        Description = "The wallet whose public file names the miner's address",
    };
    private static readonly Option<string?> WalletHotkey = new("--wallet-hotkey") { Description = "The hotkey's name in that wallet" };
    private static readonly Option<string?> Wallets = new("--wallet-path")
    {
        Description = "The folder of the wallets (~/.bittensor/wallets)",
    };
    private static readonly Option<string?> Netuid = new("--netuid")
    {
        Description = "The subnet's number (Bittbridge__Netuid of the environment, else 420)",
    };
    private static readonly Option<string?> Network = new("--network")
    {
        Description = "test, finney, local, or URLs separated by commas (Bittbridge__Network of the environment, else test)",
    };
    private static readonly Option<bool> Json = new("--json") { Description = "As JSON" };

    public static Command Create(IConfiguration environment)
    {
        var command = new Command(
            "axon",
            "Prints what to type to put the miner's address on the chain, and tells what the chain says and whether this miner answers "
                + "there. Changes nothing. Exit status 0 when the chain leads to this miner."
        )
        {
            Ip,
            Port,
            Hotkey,
            Wallet,
            WalletHotkey,
            Wallets,
            Netuid,
            Network,
            Json,
        };
        command.Demand(result =>
            result.GetResult(Ip) is null != (result.GetResult(Port) is null)
                ? "Give --ip and --port together, or neither to see only what is on the chain."
                : null
        );
        command.SetAction(
            async (parsed, ct) =>
            {
                var view = await Read(parsed, environment.GetSection(SettingNames.Section)).AnswerAsync(TimeProvider.System, ct);
                AxonReport.Show(view, parsed.GetValue(Json));
                return view.Reached ? 0 : 1;
            }
        );
        return command;
    }

    private static AxonQuestion Read(ParseResult parsed, IConfigurationSection settings)
    {
        var network = parsed.GetValue(Network) ?? Text(settings, SettingNames.Network) ?? "test";
        if (!ChainEndpoints.TryParse(network, out var endpoints, out _))
        {
            throw new UsageException(
                $"{Shown.Value(network)} is no network: give --network test, finney, local, or http(s) or ws(s) URLs separated by commas."
            );
        }

        var netuidText = parsed.GetValue(Netuid) ?? Text(settings, SettingNames.Netuid) ?? "420";
        if (!ushort.TryParse(netuidText, NumberStyles.None, CultureInfo.InvariantCulture, out var netuid))
        {
            throw new UsageException($"{Shown.Value(netuidText)} is no number of a subnet: give --netuid one from 0 to {ushort.MaxValue}.");
        }

        // Both stand in the line that is printed to be copied.
        var (wallet, walletHotkey) = (Name(parsed, Wallet), Name(parsed, WalletHotkey));
        var hotkeyText =
            parsed.GetValue(Hotkey)
            ?? WalletFolder.HotkeyAddress(parsed.GetValue(Wallets), wallet, walletHotkey)
            ?? Text(settings, SettingNames.Hotkey)
            ?? throw new UsageException("Whose address? Give --hotkey the miner's ss58 address, or --wallet-name and --wallet-hotkey.");
        if (!KeySource.TryRead(hotkeyText, isPublicKey: false, out var hotkey, out var problem))
        {
            throw new UsageException(problem);
        }

        if (hotkey.PublicKey.IsZero)
        {
            throw new UsageException("The all-zero key is nobody's hotkey: give --hotkey the miner's ss58 address.");
        }

        // As the miner writes it, whichever format it was given in.
        hotkey = new(hotkey.PublicKey);
        return new(
            netuid,
            network,
            endpoints,
            hotkey,
            Given(parsed, netuid, network, wallet ?? (walletHotkey is null ? null : "default"), walletHotkey)
        );
    }

    private static ServeAxon? Given(ParseResult parsed, ushort netuid, string network, string? wallet, string? hotkey)
    {
        if (parsed.GetValue(Ip) is not { } ip)
        {
            return null;
        }

        var port = parsed.GetValue(Port);
        return port is >= 1 and <= ushort.MaxValue
            ? new(netuid, network, PublicAddress.Read(ip), (ushort)port, wallet, hotkey)
            : throw new UsageException($"'{port}' is no port that can be called: give --port one from 1 to {ushort.MaxValue}.");
    }

    private static string? Name(ParseResult parsed, Option<string?> option) =>
        parsed.GetValue(option) is { } name && Shown.Secret(name) is { } kind
            ? throw new UsageException($"{option.Name} is {kind}: give it the name alone.")
            : parsed.GetValue(option);

    private static string? Text(IConfigurationSection settings, string name) =>
        settings[name] is { } text && !string.IsNullOrWhiteSpace(text) ? text.Trim() : null;
}
