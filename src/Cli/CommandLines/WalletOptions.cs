using System.CommandLine;
using Bittbridge.Miner.Configuration;

namespace Bittbridge.Cli.CommandLines;

/// <summary>The switches that name a hotkey by the wallet that holds it.</summary>
internal static class WalletOptions
{
    public static readonly Option<string?> Wallet = Name("--wallet-name", "The wallet whose public file names the miner's address");
    public static readonly Option<string?> Hotkey = Name("--wallet-hotkey", "The hotkey's name in that wallet");
    public static readonly Option<string?> Folder = new("--wallet-path")
    {
        Description = "The folder of the wallets (~/.bittensor/wallets)",
    };

    /// <summary>Adds the switches, and the rule that a wallet that is named can be read.</summary>
    /// <param name="command">The command.</param>
    /// <param name="address">A switch that names the address itself: then the wallet is not read.</param>
    public static void AddWallet(this Command command, Option? address = null)
    {
        command.Options.Add(Wallet);
        command.Options.Add(Hotkey);
        command.Options.Add(Folder);
        command.Demand(result =>
            address is not null && result.GetResult(address) is not null
                ? null
                : WalletFolder
                    .Read(Wallet.Name, result.GetValue(Folder), result.GetValue(Wallet), result.GetValue(Hotkey), out _)
                    ?.ToString()
        );
    }

    /// <summary>The address of the hotkey that is named; null where none is.</summary>
    public static string? Address(ParseResult parsed) =>
        WalletFolder.Read(Wallet.Name, parsed.GetValue(Folder), parsed.GetValue(Wallet), parsed.GetValue(Hotkey), out var address)
            is { } problem
            ? throw new SettingsException(problem)
            : address;

    // A name is printed in lines to be copied, so it must be no secret.
    private static ValueOption<string?> Name(string name, string description) =>
        new(
            name,
            description,
            "the name alone",
            (string text, out string? value) =>
            {
                value = text;
                return text.Length > 0 && Shown.Secret(text) is null;
            }
        );
}
