using System.CommandLine;
using System.CommandLine.Parsing;
using System.Runtime.CompilerServices;
using Bittbridge.Miner.Configuration;

namespace Bittbridge.Cli.CommandLines;

/// <summary>The options that name a hotkey by its wallet.</summary>
internal static class WalletOptions
{
    public static readonly Option<string?> Wallet = Name("--wallet-name", "The wallet whose public file names the miner's address");
    public static readonly Option<string?> Hotkey = Name("--wallet-hotkey", "The hotkey's name in that wallet");
    public static readonly Option<string?> Folder = new("--wallet-path")
    {
        Description = "The folder of the wallets (~/.bittensor/wallets)",
    };

    /// <summary>The wallets that were read, by command line: the rule reads a wallet, and the command uses the result.</summary>
    private static readonly ConditionalWeakTable<CommandResult, Read> Reads = [];

    /// <summary>Adds the options, and the rule that the named wallet can be read.</summary>
    /// <param name="command">The command.</param>
    /// <param name="address">An option for the address itself; if it is given, the wallet is not read.</param>
    public static void AddWallet(this Command command, Option? address = null)
    {
        command.Options.Add(Wallet);
        command.Options.Add(Hotkey);
        command.Options.Add(Folder);
        command.Demand(result =>
            address is not null && result.GetResult(address) is not null ? null : Reads.GetValue(result, Read.Of).Problem?.ToString()
        );
    }

    /// <summary>The address of the named hotkey; null if none is named.</summary>
    public static string? Address(ParseResult parsed) => Reads.GetValue(parsed.CommandResult, Read.Of).Address;

    // Names are printed in commands to copy, so they must not be secrets.
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
                result.Command.Options.Any(option => option.Name == "--hotkey")
                    ? "give the address with --hotkey"
                    : "set Bittbridge__Hotkey to the address",
                out var address
            );
            return new(address, problem);
        }
    }
}
