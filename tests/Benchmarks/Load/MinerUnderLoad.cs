using Bittbridge.Testing;
using Bittbridge.Tools;
using Bittbridge.Tools.Running;
using CliWrap;

namespace Bittbridge.Benchmarks.Load;

/// <summary>A program under load in a process of its own: the published SelfHost, or the floor.</summary>
internal sealed class MinerUnderLoad : IAsyncDisposable
{
    /// <summary>The folder of SelfHost as it is shipped.</summary>
    public const string AsShipped = "ready-to-run";

    /// <summary>The folder of SelfHost as a native program.</summary>
    public const string Native = "native";

    /// <summary>The switch that publishes it so.</summary>
    public const string AsNative = "-p:PublishAot=true";

    /// <summary>What all miners of a run read their validators from. It ends with this process.</summary>
    private static readonly Lazy<RecordedNode> Chain = new(ChainNode.Start);

    private readonly ChildProcess _process;

    private MinerUnderLoad(ChildProcess process, int port) => (_process, Port) = (process, port);

    public int Port { get; }

    /// <summary>The resident memory in MB; 0 where the system does not tell.</summary>
    public double ResidentMB
    {
        get
        {
            using var process = System.Diagnostics.Process.GetProcessById(_process.Id);
            return process.WorkingSet64 / 1e6;
        }
    }

    /// <summary>The SelfHost that <see cref="BuildAsync"/> publishes.</summary>
    public static string Program(Checkout checkout) =>
        checkout.At("artifacts", "start", AsShipped, WorkerStart.FileName("Bittbridge.SelfHost"));

    /// <summary>Publishes SelfHost for this machine as it is shipped, compiled ahead of time.</summary>
    public static Task BuildAsync(Checkout checkout) => PublishAsync(checkout, AsShipped, "--self-contained", "false");

    /// <summary>Publishes SelfHost for this machine.</summary>
    /// <param name="checkout">The checkout.</param>
    /// <param name="name">The name of the folder.</param>
    /// <param name="switches">The switches that differ from form to form.</param>
    /// <returns>The program.</returns>
    public static async Task<string> PublishAsync(Checkout checkout, string name, params string[] switches)
    {
        // The SDK would take what it compiled for the composite into another form too, which then aborts at its start.
        WorkerStart.Empty(checkout.At("artifacts", "obj", "Bittbridge.SelfHost"));
        var folder = WorkerStart.Folder(checkout, name);
        await WorkerStart.DotnetAsync(
            checkout,
            ["publish", "src/SelfHost", "-c", "Release", "--use-current-runtime", .. switches, "-o", folder]
        );
        return Path.Combine(folder, WorkerStart.FileName("Bittbridge.SelfHost"));
    }

    /// <summary>Starts the published SelfHost with simulated prices and waits until it can forecast.</summary>
    public static Task<MinerUnderLoad> StartAsync(Checkout checkout, string storage, params (string Name, string Value)[] settings) =>
        StartAsync(checkout, Program(checkout), storage, settings);

    /// <inheritdoc cref="StartAsync(Checkout, string, ValueTuple{string, string}[])"/>
    public static async Task<MinerUnderLoad> StartAsync(
        Checkout checkout,
        string program,
        string storage,
        params (string Name, string Value)[] settings
    )
    {
        var started = Start(
            checkout,
            program,
            storage,
            [("Bittbridge__TablePrefix", "load" + Guid.NewGuid().ToString("N")[..12]), .. settings]
        );
        await started.UntilReadyAsync();
        return started;
    }

    /// <summary>
    /// Starts a SelfHost whose callers have a permit, and does not wait; a setting that is given replaces its default here.
    /// </summary>
    public static MinerUnderLoad Start(Checkout checkout, string program, string storage, params (string Name, string Value)[] settings)
    {
        var port = Ports.Free();
        (string Name, string Value)[] all =
        [
            .. ChainNode.Settings(Chain.Value),
            ("Bittbridge__Storage", storage),
            ("Logging__LogLevel__Default", "Warning"),
            .. settings,
        ];
        return new(Run(checkout, program, ["--axon.port", $"{port}"], all), port);
    }

    /// <summary>Starts the empty endpoint and waits for its first answer.</summary>
    /// <param name="checkout">The checkout.</param>
    /// <param name="program">What <see cref="Floors.PublishAsync"/> returned.</param>
    public static async Task<MinerUnderLoad> StartFloorAsync(Checkout checkout, string program)
    {
        var port = Ports.Free();
        var started = new MinerUnderLoad(Run(checkout, program, [$"{port}"], []), port);
        await started.FirstAnswerAsync();
        return started;
    }

    /// <summary>Asks until an answer holds a forecast.</summary>
    public async Task FirstAnswerAsync()
    {
        for (var tries = 0; tries < 3000 && !_process.HasExited; tries++)
        {
            try
            {
                using var connection = await LoadConnection.OpenAsync(Port);
                if ((await connection.SendAsync(Challenges.Signed(1)[0])).HoldsForecast)
                {
                    return;
                }
            }
            catch (Exception exception) when (exception is IOException or System.Net.Sockets.SocketException)
            {
                // It does not listen yet.
            }

            await Task.Delay(5);
        }

        throw await FailedAsync();
    }

    /// <summary>Ends it at once, as a crash would.</summary>
    public Task KillAsync() => _process.KillAsync();

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static ChildProcess Run(Checkout checkout, string program, string[] arguments, (string Name, string Value)[] settings)
    {
        // The name of a variable can't hold a colon.
        var variables = settings
            .GroupBy(setting => setting.Name.Replace(":", "__", StringComparison.Ordinal))
            .ToDictionary(same => same.Key, same => (string?)same.Last().Value);

        // With it a program finds the .NET of this process.
        variables["DOTNET_ROOT"] = Path.GetDirectoryName(Programs.DotnetPath);
        return ChildProcess.Start(
            Cli.Wrap(program).WithArguments(arguments).WithWorkingDirectory(checkout.Root).WithEnvironmentVariables(variables)
        );
    }

    private async Task UntilReadyAsync()
    {
        using var client = new HttpClient { BaseAddress = new($"http://127.0.0.1:{Port}/") };
        for (var tries = 0; tries < 600 && !_process.HasExited; tries++)
        {
            try
            {
                using var response = await client.GetAsync(new Uri("health/ready", UriKind.Relative));
                if (response.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }

            await Task.Delay(100);
        }

        throw await FailedAsync();
    }

    private async Task<CommandException> FailedAsync()
    {
        var lines = string.Join('\n', _process.LastLines.TakeLast(15));
        await _process.KillAsync();
        return new CommandException($"The program under load did not answer in time: {lines}");
    }
}
