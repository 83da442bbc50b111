using System.CommandLine;
using Bittbridge.Miner;
using Bittbridge.Miner.Configuration;

namespace Bittbridge.SelfHost;

/// <summary>The reference miner's switches, parsed and handed to configuration.</summary>
public static class CommandLine
{
    private static readonly Option<string?> Netuid = new("--netuid") { Description = "The subnet's number (420)" };
    private static readonly Option<string?> Network = new("--subtensor.network")
    {
        Description = "test, finney, local, or URLs separated by commas (test)",
    };
    private static readonly Option<string?> Wallets = new("--wallet.path")
    {
        Description = "The folder of the wallets (~/.bittensor/wallets)",
    };
    private static readonly Option<string?> Wallet = new("--wallet.name")
    {
        Description = "The wallet whose hotkey's public file names the miner's address",
    };
    private static readonly Option<string?> Hotkey = new("--wallet.hotkey") { Description = "The hotkey's name in that wallet" };
    private static readonly Option<string?> Port = new("--axon.port") { Description = "The port to listen on (8091)" };
    private static readonly Option<string?> Address = new("--axon.ip")
    {
        Description = "The address to listen on (every address; in Development the loopback only)",
    };
    private static readonly Option<bool> Debug = new("--logging.debug") { Description = "Log more" };

    /// <summary>Runs the miner with the models of the repository.</summary>
    /// <inheritdoc cref="RunAsync(string[], Action{MinerBuilder})"/>
    public static Task<int> RunAsync(string[] args) => RunAsync(args, _ => { });

    /// <summary>Runs the miner with what its user adds to it.</summary>
    /// <param name="args">The reference miner's switches.</param>
    /// <param name="add">Adds models of one's own, such as <c>miner => miner.AddModel&lt;MyModel&gt;()</c>.</param>
    /// <returns>The exit status, as <see cref="MinerHost"/> has it.</returns>
    public static async Task<int> RunAsync(string[] args, Action<MinerBuilder> add)
    {
        var root = new RootCommand(
            "Runs the Bittbridge miner on this machine. Every other setting comes from the environment; docs/settings.md lists them."
        )
        {
            Netuid,
            Network,
            Wallets,
            Wallet,
            Hotkey,
            Port,
            Address,
            Debug,
        };
        root.SetAction((parsed, ct) => RunAsync(parsed, add, ct));
        args = HomePath.Expand(args);
        var result = root.Parse(args);
        if (result.Errors.Count > 0)
        {
            foreach (var error in result.Errors)
            {
                await Console.Error.WriteLineAsync($"{Shown.Message(error.Message, args)} See --help for the switches.");
            }

            return MinerHost.WrongSettings;
        }

        return await result.InvokeAsync(new() { EnableDefaultExceptionHandler = false });
    }

    private static Task<int> RunAsync(ParseResult parsed, Action<MinerBuilder> add, CancellationToken ct)
    {
        List<SettingProblem> problems = [];
        if (WalletFolder.Read(parsed.GetValue(Wallets), parsed.GetValue(Wallet), parsed.GetValue(Hotkey), out var hotkey) is { } noWallet)
        {
            problems.Add(noWallet);
        }

        var (port, address) = (Listening.Port(parsed.GetValue(Port), problems), Listening.Address(parsed.GetValue(Address), problems));
        var settings = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase)
        {
            [SettingNames.Full(SettingNames.Netuid)] = parsed.GetValue(Netuid),
            [SettingNames.Full(SettingNames.Network)] = parsed.GetValue(Network),
            [SettingNames.Full(SettingNames.Hotkey)] = hotkey,
            ["Logging:LogLevel:Bittbridge"] = parsed.GetValue(Debug) ? "Debug" : null,
        };
        return MinerHost.RunAsync(
            () => MinerApplication.Build(settings.Where(pair => pair.Value is not null), port, address, problems, add),
            exception => Listening.Explain(exception, port, address),
            ct
        );
    }
}
