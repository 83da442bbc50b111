using Bittbridge.Tools;
using Bittbridge.Tools.Running;
using CliWrap;

namespace Bittbridge.Benchmarks.Load;

/// <summary>A program under load in a process of its own: the built SelfHost, or the floor.</summary>
internal sealed class MinerUnderLoad : IAsyncDisposable
{
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

    /// <summary>The SelfHost that <see cref="BuildAsync"/> builds.</summary>
    public static string Program(Checkout checkout) =>
        checkout.At("artifacts", "bin", "Bittbridge.SelfHost", "release", "Bittbridge.SelfHost.dll");

    /// <summary>Builds SelfHost in Release.</summary>
    public static async Task BuildAsync(Checkout checkout)
    {
        var build = await ChildProcess.RunAsync(
            Programs.Dotnet(checkout.Root, "build", "src/SelfHost", "-c", "Release", "-v", "q", "--nologo"),
            null,
            CancellationToken.None
        );
        if (!build.Succeeded)
        {
            throw new CommandException($"dotnet build src/SelfHost failed: {string.Join('\n', build.Errors)}");
        }
    }

    /// <summary>Starts the built SelfHost with simulated prices and waits until it can forecast.</summary>
    public static async Task<MinerUnderLoad> StartAsync(Checkout checkout, string storage, params (string Name, string Value)[] settings)
    {
        var started = Start(
            checkout,
            Program(checkout),
            storage,
            [("Bittbridge__TablePrefix", "load" + Guid.NewGuid().ToString("N")[..12]), .. settings]
        );
        await started.UntilReadyAsync();
        return started;
    }

    /// <summary>Starts a SelfHost and does not wait; a setting that is given replaces its default here.</summary>
    public static MinerUnderLoad Start(Checkout checkout, string program, string storage, params (string Name, string Value)[] settings)
    {
        var port = Ports.Free();
        (string Name, string Value)[] all =
        [
            ("ASPNETCORE_ENVIRONMENT", "Development"),
            ("Bittbridge__Storage", storage),
            ("Bittbridge__Prices__Source", "simulated"),
            ("Bittbridge__Access", "signed"),
            ("Bittbridge__Hotkey", Challenges.Miner.ToString()),
            ("Bittbridge__Network", "http://127.0.0.1:1"),
            ("Bittbridge__Limits__PerCallerPerMinute", "0"),
            ("Logging__LogLevel__Default", "Warning"),
            .. settings,
        ];
        string[] arguments = ["--axon.port", $"{port}"];
        var command =
            Path.GetExtension(program) == ".dll"
                ? Programs.Dotnet(checkout.Root, [program, .. arguments])
                : Cli.Wrap(program).WithArguments(arguments).WithWorkingDirectory(checkout.Root);
        var variables = all.GroupBy(setting => setting.Name).ToDictionary(same => same.Key, same => (string?)same.Last().Value);

        // With it a program finds the .NET of this process.
        variables["DOTNET_ROOT"] = Path.GetDirectoryName(Programs.DotnetPath);
        return new(ChildProcess.Start(command.WithEnvironmentVariables(variables)), port);
    }

    /// <summary>Starts this program again as the empty endpoint.</summary>
    public static async Task<MinerUnderLoad> StartFloorAsync(Checkout checkout)
    {
        var port = Ports.Free();
        var command = Programs.Dotnet(checkout.Root, typeof(MinerUnderLoad).Assembly.Location, "floor", $"{port}");
        var started = new MinerUnderLoad(ChildProcess.Start(command), port);
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
