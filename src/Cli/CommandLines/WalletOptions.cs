using System.CommandLine;
using System.CommandLine.Parsing;
using System.Runtime.CompilerServices;
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

    /// <summary>The wallet of a command line, read once: by the rule, and then used by the command.</summary>
    private static readonly ConditionalWeakTable<CommandResult, Read> Reads = [];

    /// <summary>Adds the switches, and the rule that a wallet that is named can be read.</summary>
    /// <param name="command">The command.</param>
    /// <param name="address">A switch that names the address itself: then the wallet is not read.</param>
    public static void AddWallet(this Command command, Option? address = null)
    {
        command.Options.Add(Wallet);
        command.Options.Add(Hotkey);
        command.Options.Add(Folder);
        command.Demand(result =>
            address is not null && result.GetResult(address) is not null ? null : Reads.GetValue(result, Read.Of).Problem?.ToString()
        );
    }

    /// <summary>The address of the hotkey that is named; null where none is.</summary>
    public static string? Address(ParseResult parsed) => Reads.GetValue(parsed.CommandResult, Read.Of).Address;

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

    private sealed record Read(string? Address, SettingProblem? Problem)
    {
        public static Read Of(CommandResult result)
        {
            var problem = WalletFolder.Read(
                Wallet.Name,
                result.GetValue(Folder),
                result.GetValue(Wallet),
                result.GetValue(Hotkey),
                out var address
            );
            return new(address, problem);
        }
    }
}
