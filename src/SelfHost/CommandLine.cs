using System.CommandLine;
using System.Globalization;
using Bittbridge.Miner;

namespace Bittbridge.SelfHost;

/// <summary>The reference miner's switches, parsed and handed to configuration.</summary>
public static class CommandLine
{
    private static readonly Option<ushort?> Netuid = new("--netuid") { Description = "The subnet's number (420)" };
    private static readonly Option<string?> Network = new("--subtensor.network") { Description = "test, finney, local, or URLs separated by commas (test)" };
    private static readonly Option<string?> Wallets = new("--wallet.path") { Description = "The folder of the wallets (~/.bittensor/wallets)" };
    private static readonly Option<string?> Wallet = new("--wallet.name") { Description = "The wallet whose hotkey's public file names the miner's address" };
    private static readonly Option<string?> Hotkey = new("--wallet.hotkey") { Description = "The hotkey's name in that wallet" };
    private static readonly Option<int> Port = new("--axon.port") { Description = "The port to listen on", DefaultValueFactory = _ => 8091 };
    private static readonly Option<string?> Address = new("--axon.ip") { Description = "The address to listen on (every address; in Development the loopback only)" };
    private static readonly Option<bool> Debug = new("--logging.debug") { Description = "Log more" };

    /// <summary>Runs the miner with the models of the repository.</summary>
    /// <inheritdoc cref="RunAsync(string[], Action{MinerBuilder})"/>
    public static Task<int> RunAsync(string[] args) => RunAsync(args, _ => { });

    /// <summary>Runs the miner with what its user adds to it.</summary>
    /// <param name="args">The reference miner's switches.</param>
    /// <param name="add">Adds models of one's own, such as <c>miner => miner.AddModel&lt;MyModel&gt;()</c>.</param>
    /// <returns>Exit status 0 after a clean stop, 1 when the miner could not listen, 2 when a switch or a setting is wrong.</returns>
    public static async Task<int> RunAsync(string[] args, Action<MinerBuilder> add)
    {
        var root = new RootCommand("Runs the Bittbridge miner on this machine. Every other setting comes from the environment, as README.md lists them.")
        {
            Netuid, Network, Wallets, Wallet, Hotkey, Port, Address, Debug,
        };
        root.SetAction(async (parsed, ct) => await RunAsync(parsed, add, ct).ConfigureAwait(false));
        var result = root.Parse(args);
        if (result.Errors.Count > 0)
        {
            await Console.Error.WriteLineAsync($"{result.Errors[0].Message} See --help for the switches.").ConfigureAwait(false);
            return 2;
        }

        return await result.InvokeAsync(new() { EnableDefaultExceptionHandler = false }).ConfigureAwait(false);
    }

    private static async Task<int> RunAsync(ParseResult parsed, Action<MinerBuilder> add, CancellationToken ct)
    {
        try
        {
            var settings = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase)
            {
                [Key(SettingNames.Netuid)] = parsed.GetValue(Netuid)?.ToString(CultureInfo.InvariantCulture),
                [Key(SettingNames.Network)] = parsed.GetValue(Network),
                [Key(SettingNames.Hotkey)] = WalletFolder.HotkeyAddress(parsed.GetValue(Wallets), parsed.GetValue(Wallet), parsed.GetValue(Hotkey)),
                ["Logging:LogLevel:Bittbridge"] = parsed.GetValue(Debug) ? "Debug" : null,
            };
            await using var app = MinerApplication.Build(settings.Where(pair => pair.Value is not null), parsed.GetValue(Port), parsed.GetValue(Address), add);
            await app.RunAsync(ct).ConfigureAwait(false);
            return 0;
        }
        catch (SettingsException exception)
        {
            await Console.Error.WriteLineAsync(exception.Message).ConfigureAwait(false);
            return 2;
        }
        catch (IOException exception)
        {
            await Console.Error.WriteLineAsync($"The miner can't listen on port {parsed.GetValue(Port)} ({exception.Message.TrimEnd('.')}): stop what uses it, or choose another with --axon.port.").ConfigureAwait(false);
            return 1;
        }
    }

    private static string Key(string name) => $"{SettingNames.Section}:{name}";
}
