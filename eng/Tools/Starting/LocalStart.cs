using System.CommandLine;
using System.Globalization;
using System.Net.Sockets;
using System.Reflection;
using Bittbridge.Bittensor.Wire;
using Bittbridge.Tools.Running;
using Spectre.Console;

namespace Bittbridge.Tools.Starting;

/// <summary>Starts Azurite and the miner on this machine and sends a first challenge; Ctrl+C stops everything.</summary>
public sealed class LocalStart
{
    /// <summary>Set in the second process of a program with its own model, which runs the miner.</summary>
    private const string HeadVariable = "BITTBRIDGE_LOCAL_HEAD";

    private const string Help = """
        Starts the miner on this machine, sends it a first challenge and shows the answer.

          dotnet run APP [options]

          --once              stop after the first answer; exit status 0 when the model gave it, else 1
          --port N            the port to listen on (8091)
          --prices FILE.csv   play recorded prices (columns timestamp_utc,close) as if they ended now
          --verbose           show the output of the tools and the miner
          --help              this text; dotnet keeps --help for itself, so write: dotnet run APP -- --help

        Other options may follow APP directly or after --.
        COMMANDS
        It needs the .NET SDK 10 and Node with npm. It installs Azurite, the storage emulator, from package-lock.json, starts it on
        free ports with its data in .local/azurite (in memory for a recording), and then starts the miner: with func (Azure Functions
        Core Tools) if that is installed, else src/SelfHost. Prices come from CoinGecko, or are simulated if CoinGecko does not
        answer. The first start takes two to five minutes, most of them for packages and the build; the next ones take seconds.

        The miner's settings (docs/settings.md) are taken from the environment. Set here: Development, the storage,
        Bittbridge__Prices__Source, Bittbridge__Access=signed, a development hotkey and Bittbridge__ModelSigners=//Alice's address
        (unless you set them).
        BITTBRIDGE_LOCAL_FOLDER names another folder than .local.

        Exit status: 0 stopped after an answer, 1 something is missing or failed, 2 wrong usage, 130 interrupted before the first answer.
        """;

    private const string OwnModelHelp = """

        Instead of an option, a command checks or measures the model; --help after it lists its options:

          dotnet run APP check                           does it do what a miner relies on?
          dotnet run APP backtest --prices FILE.csv      how good would its forecasts have been?
          dotnet run APP tournament --prices FILE.csv    how does it rank against the default and the reference miner's models?
          dotnet run APP calibrate --prices FILE.csv --out calibration.json    fit the width of its intervals
          dotnet run APP push --local                    store it, signed, for a running miner

        """;

    private static string ToolFile => OperatingSystem.IsWindows() ? "bittbridge.exe" : "bittbridge";

    private static readonly Option<bool> Once = new("--once") { Arity = ArgumentArity.Zero };
    private static readonly Option<bool> Verbose = new("--verbose") { Arity = ArgumentArity.Zero };

    private static readonly Option<int> Port = new("--port")
    {
        DefaultValueFactory = _ => 8091,
        CustomParser = result =>
        {
            if (!ushort.TryParse(result.Tokens[0].Value, NumberStyles.None, null, out var port) || port == 0)
            {
                result.AddError($"The port '{result.Tokens[0].Value}' is not a number from 1 to 65535.");
            }

            return port;
        },
    };

    private static readonly Option<string?> Prices = new("--prices");

    private readonly Head? _head;
    private bool _answered;

    private LocalStart(Head? head) => _head = head;

    /// <summary>Starts the miner of the repository.</summary>
    public static Task<int> RunAsync(string[] args) => new LocalStart(head: null).StartAsync(args);

    /// <summary>Whether this process was started as the miner of a program with its own model.</summary>
    public static bool IsMiner => Environment.GetEnvironmentVariable(HeadVariable) is { Length: > 0 };

    /// <summary>The path of the file-based app, as its user types it.</summary>
    public static string FileName =>
        AppContext.GetData("EntryPointFilePath") is string path
            ? Path.GetRelativePath(Environment.CurrentDirectory, path).Replace('\\', '/')
            : "eng/start.cs";

    /// <summary>
    /// Starts a miner with your own model. The running program is started a second time, as that miner (<see cref="IsMiner"/>).
    /// </summary>
    /// <param name="args">The command line.</param>
    /// <param name="model">The model's name, the default of the setting <c>Model</c>.</param>
    public static Task<int> RunAsync(string[] args, string model) =>
        new LocalStart(Head.ThisProgram(Assembly.GetEntryAssembly()!.Location, model, HeadVariable)).StartAsync(args);

    private Task<int> StartAsync(string[] args)
    {
        var help = Help.Replace("COMMANDS", _head is null ? "" : OwnModelHelp, StringComparison.Ordinal);
        return CommandHost.RunAsync(
            args,
            help.Replace("APP", FileName, StringComparison.Ordinal),
            [Once, Port, Prices, Verbose],
            RunAsync,
            () => _answered ? 0 : 130
        );
    }

    private async Task<int> RunAsync(ParseResult options, CancellationToken ct)
    {
        var port = options.GetValue(Port);
        var recording = options.GetValue(Prices) is { } csv ? RecordingAt(csv) : null;
        // Held until the miner starts: Azurite, which takes any free ports, could be assigned this one.
        using var held = HoldPort(port);
        var checkout = Checkout.Find();
        await using var log = new MinerLog(checkout.ClaimFile("miner", ".log", FileMode.Create)) { IsShown = options.GetValue(Verbose) };
        var steps = new Steps(log.IsShown);

        await NodeModules.EnsureAsync(checkout, steps, ct);
        var prices = await steps.RunAsync(
            "Choosing the source of prices",
            _ => PriceChoice.MakeAsync(recording, ct),
            choice => choice.Reason
        );
        var head = _head ?? Head.Of(checkout);
        steps.Console.MarkupLineInterpolated($"[green]✓[/] {head.Reason}");
        if (head.Project is not null)
        {
            await steps.RunAsync(
                $"Building {head.Project} (the first time, up to three minutes)",
                note => head.BuildAsync(checkout, note, ct),
                outcome => outcome
            );
        }

        // A recording is played as if it ended now, so the prices of an earlier one must not be in storage.
        using var claim = prices.IsRecording ? null : checkout.ClaimFile("azurite", "/.in-use", FileMode.OpenOrCreate);
        var folder = Path.GetDirectoryName(claim?.Name);
        await using var azurite = await steps.RunAsync(
            "Starting Azurite, the local storage",
            _ => Azurite.StartAsync(checkout, folder, AzuritePorts.Any, ct),
            started =>
                $"Azurite listens on ports {started.Ports.Blob} (blobs), {started.Ports.Queue} (queues) and {started.Ports.Table} "
                + $"(tables), its data in {folder ?? "memory, for this run only"}"
        );

        held.Dispose();
        await using var miner = MinerProcess.Start(checkout, head, port, azurite.ConnectionString, prices, log);
        using var environment = EnvironmentFile.Write(log.Path, miner.Address, miner.Settings);
        await steps.RunAsync(
            "Starting the miner",
            note => miner.WaitUntilReadyAsync(note, ct),
            access =>
                $"The miner listens on {miner.Address}, in Development; access: {access}"
                + (access == "signed" ? " (any valid signature)" : "")
        );

        // The first answer of a cold miner on a busy machine may exceed its budget.
        var first = await miner.AskAsync(ct);
        var warm = await miner.AskAsync(ct);
        var problem = await miner.ModelProblemAsync(warm, ct);
        _answered = warm.Prediction is not null;

        // The two challenges cause the same warnings.
        foreach (var lines in log.Problems.DistinctBy(record => record.Message).Select(record => record.InShort()))
        {
            steps.Console.MarkupLineInterpolated($"[yellow]![/] {string.Join(Environment.NewLine + "    ", lines)}");
        }

        Steps.Say("");
        Steps.Say($"Asked     POST {miner.Address}Challenge  {Dendrite.BodyAt(warm.AskedAt)}");
        Steps.Say($"Signed    by the development key {MinerProcess.Caller}, as a validator signs");
        steps.Console.MarkupLineInterpolated($"Answered  [bold]{InWords(warm, prices)}[/]");
        var why = problem is null ? "" : $", because the model that was asked for gave no answer: {problem}";
        Steps.Say($"Model     {warm.Model ?? "none"}{why}");
        Steps.Say($"Took      {first.Took.TotalMilliseconds:0.0} ms the first time, {warm.Took.TotalMilliseconds:0.0} ms the second");
        if (options.GetValue(Once))
        {
            return _answered && problem is null ? 0 : 1;
        }

        var tool = Tool(checkout);
        Steps.Say(
            $"""

            Next
              ask it again     {tool} challenge --local --count 3
              check it         {tool} doctor --local
              see how it does  {miner.Address} in a browser, or {tool} report --local
              use plain curl   set Bittbridge__Access=open in the environment and start again: then no signature is required
              change settings  those in docs/settings.md, as environment variables
              read its log     {log.Path}
              stop everything  Ctrl+C

            """
        );
        log.IsShown = true;
        throw await miner.EndedAsync(ct);
    }

    /// <summary>How to call <c>bittbridge</c> here: installed, or built at each call.</summary>
    private static string Tool(Checkout checkout) =>
        Programs.Find("bittbridge") is not null ? "bittbridge"
        : File.Exists(Path.Combine(checkout.LocalFolder, "tools", ToolFile))
            ? Path.GetRelativePath(Environment.CurrentDirectory, Path.Combine(checkout.LocalFolder, "tools", "bittbridge"))
        : "dotnet run --project src/Cli --";

    private static string RecordingAt(string file)
    {
        var path = Path.GetFullPath(file);
        return File.Exists(path)
            ? path
            : throw new CommandException(
                $"The recording {file} was not found (looked for {path}): name a CSV file with the columns timestamp_utc,close after "
                    + "--prices."
            );
    }

    private static IDisposable HoldPort(int port)
    {
        try
        {
            return Ports.Hold(port);
        }
        catch (SocketException)
        {
            throw new CommandException(
                $"Port {port} is in use by another program: stop that program, or choose another port with --port "
                    + $"{(port < ushort.MaxValue ? port + 1 : port - 1)}."
            );
        }
    }

    private static string InWords(ChallengeReply reply, PriceChoice prices)
    {
        if (reply.Prediction is not { } price)
        {
            return $"no forecast: the miner answered {reply.Status} {reply.Body}";
        }

        var level = double.TryParse(Variables.Get("Bittbridge__Level"), out var set) ? set : 0.90;
        var between = reply.Interval is { } interval
            ? $"with {level * 100:0.##} % between {interval.Lower:0.0000} and {interval.Upper:0.0000}"
            : "without an interval";
        return $"1 USDT will be about {price:0.0000} CNY at {reply.AskedAt.AddHours(1):HH:mm} UTC; {between}; source: "
            + prices.SourceInWords(reply.PriceSource);
    }
}
