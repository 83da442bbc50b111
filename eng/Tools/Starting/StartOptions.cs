using System.Globalization;

namespace Bittbridge.Tools.Starting;

/// <summary>The command line of eng/start.cs, and of a model of one's own that starts the same way.</summary>
public sealed record StartOptions
{
    public const int DefaultPort = 8091;

    private const string Help = """
        Starts the miner on this machine, asks it a first question and shows the answer.

          dotnet run eng/start.cs [options]

          --once              stop after the first answer; exit status 0 when it held a forecast, else 1
          --port N            the port to listen on (8091)
          --prices FILE.csv   play recorded prices (columns timestamp_utc,close) as if they ended now
          --verbose           show what the tools and the miner write
          --help              this text; dotnet keeps --help for itself, so write: dotnet run eng/start.cs -- --help

        Other options may follow eng/start.cs directly or after --.

        It needs the .NET SDK 10 and Node with npm. It installs Azurite, the storage emulator, from package-lock.json, starts it on free ports with
        its data in .local/azurite (in memory where a recording is played), and then starts the miner: with func (Azure Functions Core Tools) where
        that is installed and the worker packages can be restored, else src/SelfHost. Prices come from CoinGecko, or are simulated where it can't be reached.

        The miner's settings (README.md) are taken from the environment. Set here: Development, the storage, Bittbridge__Prices__Source (unless you
        set it), Bittbridge__Access=signed and a development hotkey (unless you set them). BITTBRIDGE_LOCAL_FOLDER names another folder than .local.

        Exit status: 0 stopped after an answer, 1 something is missing or failed, 2 wrong usage, 130 interrupted before the first answer.
        """;

    /// <summary>What there is to say to the user of a file-based app, named by its path below the root.</summary>
    public static string HelpFor(string command) => Help.Replace("eng/start.cs", command, StringComparison.Ordinal);

    public bool Once { get; private init; }

    public int Port { get; private init; } = DefaultPort;

    /// <summary>The full path of a recording that is there; null for none.</summary>
    public string? Recording { get; private init; }

    public bool Verbose { get; private init; }

    public bool WantsHelp { get; private init; }

    public static StartOptions Parse(IReadOnlyList<string> args)
    {
        var options = new Options(args, ["--once", "--verbose", "--help"], ["--port", "--prices"]);
        return new StartOptions
        {
            Once = options.Has("--once"),
            Verbose = options.Has("--verbose"),
            WantsHelp = options.Has("--help"),
            Port = options["--port"] is { } port ? PortFrom(port) : DefaultPort,
            Recording = options["--prices"] is { } file && !options.Has("--help") ? RecordingAt(file) : null,
        };
    }

    private static int PortFrom(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= ushort.MaxValue
            ? port
            : throw Options.Wrong($"The port '{text}' is not a number from 1 to 65535");

    private static string RecordingAt(string file)
    {
        var path = Path.GetFullPath(file);
        return File.Exists(path)
            ? path
            : throw new CannotContinueException($"The recording {file} was not found (looked for {path}): name a CSV file with the columns timestamp_utc,close after --prices.");
    }
}
