using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Bittbridge.Testing;

/// <summary>The table emulator in a process of its own, in memory, on a port that stays its own: it can be killed and started again.</summary>
public sealed class AzuriteProcess : IAsyncDisposable
{
    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(60);

    private readonly int _port = FreePort();
    private Process? _process;

    private AzuriteProcess()
    {
    }

    /// <summary>The emulator's well-known development account on this process's port.</summary>
    public string ConnectionString => ConnectionStringOf(_port);

    /// <summary>A connection string behind which nobody listens.</summary>
    public static string NobodyListens() => ConnectionStringOf(FreePort());

    /// <exception cref="InvalidOperationException">The emulator is not installed or does not start.</exception>
    public static async Task<AzuriteProcess> StartNewAsync(CancellationToken ct)
    {
        var azurite = new AzuriteProcess();
        await azurite.StartAsync(ct);
        return azurite;
    }

    /// <summary>Starts it on its port and waits until the port answers. What was kept before is gone.</summary>
    public async Task StartAsync(CancellationToken ct)
    {
        var script = RepositoryFolder.At("node_modules", "azurite", "dist", "src", "table", "main.js");
        if (!File.Exists(script))
        {
            throw new InvalidOperationException("The storage emulator is not installed: run `npm ci` at the repository's root.");
        }

        var start = new ProcessStartInfo("node") { WorkingDirectory = Path.GetTempPath(), RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])[script, "--tableHost", "127.0.0.1", "--tablePort", $"{_port}", "--inMemoryPersistence", "--skipApiVersionCheck", "--disableTelemetry", "--silent"])
        {
            start.ArgumentList.Add(argument);
        }

        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
        var errors = _process.StandardError.ReadToEndAsync(CancellationToken.None);
        for (var since = Stopwatch.StartNew(); !await AnswersAsync(ct); await Task.Delay(50, ct))
        {
            if (_process.HasExited)
            {
                throw new InvalidOperationException("The storage emulator ended before it answered: " + await errors);
            }

            if (since.Elapsed > LongestStart)
            {
                await KillAsync();
                throw new InvalidOperationException($"The storage emulator did not answer within {LongestStart.TotalSeconds} s.");
            }
        }
    }

    public async Task KillAsync()
    {
        if (_process is { } process)
        {
            _process = null;
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
            process.Dispose();
        }
    }

    public async ValueTask DisposeAsync() => await KillAsync();

    private async Task<bool> AnswersAsync(CancellationToken ct)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, _port, ct);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    // The key is the emulator's, the same everywhere and no secret.
    private static string ConnectionStringOf(int port) =>
        "DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;"
        + "AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==;"
        + $"TableEndpoint=http://127.0.0.1:{port}/devstoreaccount1;";
}
