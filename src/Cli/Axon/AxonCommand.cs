using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using Bittbridge.Bittensor.Chain;
using Bittbridge.Bittensor.Keys;
using Bittbridge.Cli.CommandLines;
using Bittbridge.Cli.Keys;
using Bittbridge.Miner.Configuration;
using Microsoft.Extensions.Configuration;

namespace Bittbridge.Cli.Axon;

/// <summary>
/// <c>bittbridge axon</c>: prints the command that registers the miner's address on the chain, and checks whether the chain's address
/// reaches the miner.
/// </summary>
internal static class AxonCommand
{
    private const string Networks = "test, finney, local, or http(s) or ws(s) URLs separated by commas";
    private const string AnyHotkey = "give --hotkey the miner's ss58 address";

    private static readonly Option<IPAddress?> Ip = new ValueOption<IPAddress?>(
        "--ip",
        "The public IPv4 address to register on the chain: the miner's, or that of the proxy in front of it",
        "a public IPv4 address",
        (string text, out IPAddress? address) => AxonAddress.TryRead(text, out address, out _),
        text => AxonAddress.TryRead(text, out _, out var problem) ? null : problem
    );
    private static readonly Option<ushort?> Port = new ValueOption<ushort?>(
        "--port",
        "The port to register on the chain",
        $"a whole number from 1 to {ushort.MaxValue}",
        (string text, out ushort? port) => TryReadNumber(text, out port) && port > 0
    );
    private static readonly Option<string?> Hotkey = new ValueOption<string?>(
        "--hotkey",
        "The miner's ss58 address (Bittbridge__Hotkey of the environment)",
        "the miner's ss58 address",
        (string text, out string? hotkey) =>
        {
            hotkey = text;
            return Objection(text) is null;
        },
        Objection
    );
    private static readonly Option<ushort?> Netuid = new ValueOption<ushort?>(
        "--netuid",
        "The subnet's number (Bittbridge__Netuid of the environment, else 420)",
        $"the number of a subnet, from 0 to {ushort.MaxValue}",
        TryReadNumber
    );
    private static readonly Option<string?> Network = new ValueOption<string?>(
        "--network",
        "test, finney, local, or URLs separated by commas (Bittbridge__Network of the environment, else test)",
        Networks,
        (string text, out string? network) =>
        {
            network = text;
            return ChainEndpoints.TryParse(text, out _, out _);
        }
    );
    private static readonly Option<bool> Json = new("--json") { Description = "As JSON" };

    public static Command Create(IConfiguration environment)
    {
        var command = new Command(
            "axon",
            "Prints the command that registers the miner's address on the chain, shows the address on the chain, and checks whether this "
                + "miner answers there. Changes nothing. Exit status 0 when the chain's address reaches this miner."
        )
        {
            Ip,
            Port,
            Hotkey,
            Netuid,
            Network,
            Json,
        };
        command.AddWallet(Hotkey);
        var settings = environment.GetSection(SettingNames.Section);
        command.Demand(result =>
            result.GetResult(Ip) is null != (result.GetResult(Port) is null)
                ? "Give --ip and --port together, or neither to see only what is on the chain."
                : null
        );
        command.Demand(result =>
            result.GetResult(Network) is null
            && Text(settings, SettingNames.Network) is { } text
            && !ChainEndpoints.TryParse(text, out _, out _)
                ? Setting(SettingNames.Network, text, $"set it to {Networks}, or give --network")
                : null
        );
        command.Demand(result =>
            result.GetResult(Netuid) is null && Text(settings, SettingNames.Netuid) is { } text && !TryReadNumber(text, out _)
                ? Setting(SettingNames.Netuid, text, $"set it to a number from 0 to {ushort.MaxValue}, or give --netuid")
                : null
        );
        command.Demand(result =>
            new[] { Hotkey, WalletOptions.Wallet, WalletOptions.Hotkey }.Any(option => result.GetResult(option) is not null) ? null
            : Text(settings, SettingNames.Hotkey) is { } text ? Objection(text)
            : $"The hotkey is missing: {AnyHotkey}, or --wallet-name and --wallet-hotkey."
        );
        command.SetAction(
            async (parsed, ct) =>
            {
                var view = await Read(parsed, settings).AnswerAsync(TimeProvider.System, ct);
                AxonReport.Show(view, parsed.GetValue(Json));
                return view.Reached ? 0 : 1;
            }
        );
        return command;
    }

    /// <summary>Builds the query from a valid command line.</summary>
    private static AxonQuestion Read(ParseResult parsed, IConfigurationSection settings)
    {
        var network = parsed.GetValue(Network) ?? Text(settings, SettingNames.Network) ?? "test";
        _ = ChainEndpoints.TryParse(network, out var endpoints, out _);
        var netuid =
            parsed.GetValue(Netuid) ?? (TryReadNumber(Text(settings, SettingNames.Netuid), out var number) ? number.Value : (ushort)420);
        var text = parsed.GetValue(Hotkey) ?? WalletOptions.Address(parsed) ?? Text(settings, SettingNames.Hotkey);

        // Converts to Bittensor's ss58 format, whatever format was given.
        Ss58Address hotkey = KeySource.TryRead(text!, isPublicKey: false, out var key, out var problem)
            ? new(key.PublicKey)
            : throw new UsageException(problem);
        var (wallet, walletHotkey) = (parsed.GetValue(WalletOptions.Wallet), parsed.GetValue(WalletOptions.Hotkey));
        return new(
            netuid,
            network,
            endpoints!,
            hotkey,
            parsed.GetValue(Ip) is { } ip && parsed.GetValue(Port) is { } port
                ? new(netuid, network, ip, port, wallet ?? (walletHotkey is null ? null : "default"), walletHotkey)
                : null
        );
    }

    private static string? Objection(string hotkey) =>
        !KeySource.TryRead(hotkey, isPublicKey: false, out var address, out var problem) ? problem
        : address.PublicKey.IsZero ? $"The all-zero key is not a usable hotkey: {AnyHotkey}."
        : null;

    private static string Setting(string name, string text, string remedy) =>
        new SettingProblem(SettingNames.Full(name), Shown.Value(text), remedy).ToString();

    private static bool TryReadNumber(string? text, [NotNullWhen(true)] out ushort? number)
    {
        number = ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var read) ? read : null;
        return number is not null;
    }

    private static string? Text(IConfigurationSection settings, string name) =>
        settings[name] is { } text && !string.IsNullOrWhiteSpace(text) ? text.Trim() : null;
}
