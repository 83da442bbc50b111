using Bittbridge.Tools;
using Bittbridge.Tools.Running;

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

    /// <summary>Starts SelfHost with simulated prices and waits until it can forecast.</summary>
    public static Task<MinerUnderLoad> StartAsync(Checkout checkout, string storage, params (string Name, string Value)[] settings)
    {
        var port = Ports.Free();
        var program = checkout.At("artifacts", "bin", "Bittbridge.SelfHost", "release", "Bittbridge.SelfHost.dll");
        return StartAsync(
            Programs.Dotnet(checkout.Root, program, "--axon.port", $"{port}"),
            port,
            "health/ready",
            [
                ("ASPNETCORE_ENVIRONMENT", "Development"),
                ("Bittbridge__Storage", storage),
                ("Bittbridge__TablePrefix", "load" + Guid.NewGuid().ToString("N")[..12]),
                ("Bittbridge__Prices__Source", "simulated"),
                ("Bittbridge__Access", "signed"),
                ("Bittbridge__Hotkey", Challenges.Miner.ToString()),
                ("Bittbridge__Network", "http://127.0.0.1:1"),
                ("Bittbridge__Limits__PerCallerPerMinute", "0"),
                ("Logging__LogLevel__Default", "Warning"),
                .. settings,
            ]
        );
    }

    /// <summary>Starts this program again as the empty endpoint.</summary>
    public static Task<MinerUnderLoad> StartFloorAsync(Checkout checkout)
    {
        var port = Ports.Free();
        return StartAsync(Programs.Dotnet(checkout.Root, typeof(MinerUnderLoad).Assembly.Location, "floor", $"{port}"), port, "", []);
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static async Task<MinerUnderLoad> StartAsync(
        CliWrap.Command command,
        int port,
        string path,
        (string Name, string Value)[] settings
    )
    {
        var environment = settings.ToDictionary(setting => setting.Name, setting => (string?)setting.Value);
        var started = new MinerUnderLoad(ChildProcess.Start(command.WithEnvironmentVariables(environment)), port);
        using var client = new HttpClient { BaseAddress = new($"http://127.0.0.1:{port}/") };
        for (var tries = 0; ; tries++)
        {
            try
            {
                using var response = await client.GetAsync(new Uri(path, UriKind.Relative));
                if (response.IsSuccessStatusCode)
                {
                    return started;
                }
            }
            catch (HttpRequestException) when (!started._process.HasExited)
            {
                // It does not listen yet.
            }

            if (tries > 600)
            {
                var lines = string.Join('\n', started._process.LastLines.TakeLast(15));
                await started.DisposeAsync();
                throw new CommandException($"The program under load was not ready within a minute: {lines}");
            }

            await Task.Delay(100);
        }
    }
}
