using System.CommandLine;
using System.Net;
using Bittbridge.Cli.CommandLines;
using Bittbridge.Miner;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Http;

namespace Bittbridge.SelfHost;

/// <summary>Parses the reference miner's switches, passes them to the configuration and runs the miner.</summary>
public static class CommandLine
{
    /// <summary>Set by the commands that start a miner and hold its standard input open while they run.</summary>
    private const string InputVariable = "BITTBRIDGE_STOP_AT_END_OF_INPUT";

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
    private static readonly Option<bool> Health = new("--health")
    {
        Description = "Ask the miner at --axon.ip and --axon.port of this machine whether it lives, for a health check: exit status 0 or 1",
    };
    private static readonly Option<string?> ForcePermit = new("--blacklist.force_validator_permit")
    {
        Description = "The default; accepted because scripts of the Python miner have it",
        Arity = ArgumentArity.ZeroOrOne,
        Hidden = true,
    };
    private static readonly Option<bool> Debug = new("--logging.debug") { Description = "Log more" };

    /// <summary>Runs the miner with the models of the repository.</summary>
    /// <inheritdoc cref="RunAsync(string[], Action{MinerBuilder})"/>
    public static Task<int> RunAsync(string[] args) => RunAsync(args, _ => { });

    /// <summary>Runs the miner with models that its user adds.</summary>
    /// <param name="args">The reference miner's switches.</param>
    /// <param name="add">Adds your own models, such as <c>miner => miner.AddModel&lt;MyModel&gt;()</c>.</param>
    /// <returns>The exit status; <see cref="MinerHost"/> defines it.</returns>
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
            Health,
            ForcePermit,
            Debug,
        };
        root.SetAction((parsed, ct) => parsed.GetValue(Health) ? AskAsync(parsed, ct) : ServeAsync(parsed, add, ct));

        // A value may begin with @, which System.CommandLine would take as the name of a response file.
        var parsed = root.Parse(HomePath.Expand(args), new() { ResponseFileTokenReplacer = null });
        return CommandLineProblems.Of(parsed, PythonSwitches.Remedy) is { Count: > 0 } unread
            ? await RunAsync(parsed, [.. unread, "See --help for the switches."], add, CancellationToken.None)
            // The host itself handles signals, with its own timeout.
            : await parsed.InvokeAsync(new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
    }

    /// <summary>
    /// Runs the miner. If <see cref="InputVariable"/> is set, the miner also stops when its standard input ends, so that it does not
    /// outlive the command that started it, even if that crashed.
    /// </summary>
    private static async Task<int> ServeAsync(ParseResult parsed, Action<MinerBuilder> add, CancellationToken ct)
    {
        if (Environment.GetEnvironmentVariable(InputVariable) is not { Length: > 0 })
        {
            return await RunAsync(parsed, [], add, ct);
        }

        // Not disposed of: the input may end while or after the miner stops by itself.
        var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var watch = new Thread(() =>
        {
            using var input = Console.OpenStandardInput();
            try
            {
                input.CopyTo(Stream.Null);
            }
            catch (IOException)
            {
                // An input that fails has ended, too.
            }

            stop.Cancel();
        })
        {
            IsBackground = true,
        };
        watch.Start();
        return await RunAsync(parsed, [], add, stop.Token);
    }

    /// <summary>Implements <c>--health</c>, because the container image has no shell and no curl.</summary>
    private static async Task<int> AskAsync(ParseResult parsed, CancellationToken ct)
    {
        var port = Listening.Port(Text(parsed, Port), []);
        var address = Listening.Address(Text(parsed, Address), []) ?? IPAddress.Any;
        var miner = new IPEndPoint(
            address.Equals(IPAddress.Any) ? IPAddress.Loopback
                : address.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback
                : address,
            port
        );
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(3) };
        try
        {
            using var answer = await http.GetAsync(new Uri($"http://{miner}/{MinerRoutes.Live}"), ct);
            return answer.IsSuccessStatusCode ? 0 : 1;
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            await Console.Error.WriteLineAsync($"No miner answers at {miner}.");
            return 1;
        }
    }

    private static Task<int> RunAsync(ParseResult parsed, IReadOnlyList<string> unread, Action<MinerBuilder> add, CancellationToken ct)
    {
        List<SettingProblem> problems = [];
        string? hotkey = null;
        var isWalletRead = new[] { Wallets, Wallet, Hotkey }.All(option =>
            parsed.GetResult(option) is null || Text(parsed, option) is not null
        );
        if (
            isWalletRead
            && WalletFolder.Read(
                Wallet.Name,
                Text(parsed, Wallets),
                Text(parsed, Wallet),
                Text(parsed, Hotkey),
                "set Bittbridge__Hotkey to the address",
                out hotkey
            )
                is { } noWallet
        )
        {
            isWalletRead = false;
            problems.Add(noWallet);
        }

        if (Text(parsed, ForcePermit) is { } forced && !forced.Equals("true", StringComparison.OrdinalIgnoreCase))
        {
            problems.Add(new(ForcePermit.Name, Shown.Value(forced), "remove it, and set Bittbridge__Access to registered or signed"));
        }

        var (port, address) = (Listening.Port(Text(parsed, Port), problems), Listening.Address(Text(parsed, Address), problems));
        var settings = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase)
        {
            [SettingNames.Full(SettingNames.Netuid)] = Text(parsed, Netuid),
            [SettingNames.Full(SettingNames.Network)] = Text(parsed, Network),
            [SettingNames.Full(SettingNames.Hotkey)] = hotkey,
            ["Logging:LogLevel:Bittbridge"] =
                parsed.GetResult(Debug) is { } debug && !debug.Errors.Any() && debug.GetValueOrDefault<bool>() ? "Debug" : null,
        };
        return MinerHost.RunAsync(
            () =>
                MinerApplication.Build(
                    settings.Where(pair => pair.Value is not null),
                    port,
                    address,
                    new(unread, problems, isWalletRead),
                    add
                ),
            exception => Listening.Explain(exception, port, address),
            ct
        );
    }

    /// <summary>The value of a switch; null if it is missing or unusable.</summary>
    private static string? Text(ParseResult parsed, Option<string?> option) =>
        parsed.GetResult(option)?.Tokens is [var one] && !CommandLineProblems.IsSplit(parsed, option) ? one.Value : null;
}

/// <summary>The problems of the switches.</summary>
/// <param name="Unread">The parts of the command line that can't be parsed, one sentence each.</param>
/// <param name="Wrong">Switches whose values can't be used.</param>
/// <param name="IsWalletRead">False if the wallet can't be read, which is then why no hotkey is set.</param>
internal sealed record SwitchProblems(IReadOnlyList<string> Unread, IReadOnlyList<SettingProblem> Wrong, bool IsWalletRead);
