using System.Text.RegularExpressions;
using Bittbridge.Tools.Running;
using CliWrap;

namespace Bittbridge.Tools;

/// <summary>The ports of the emulator's three services.</summary>
public sealed record AzuritePorts(int Blob, int Queue, int Table)
{
    /// <summary>Ports that the system assigns when the services start.</summary>
    public static AzuritePorts Any { get; } = new(0, 0, 0);
}

/// <summary>A running storage emulator.</summary>
public sealed partial class Azurite : IAsyncDisposable
{
    // The emulator's only account, the same on every machine.
    private const string Account = "devstoreaccount1";
    private const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private readonly ChildProcess _process;

    private Azurite(ChildProcess process, AzuritePorts ports) => (_process, Ports) = (process, ports);

    public AzuritePorts Ports { get; }

    public string ConnectionString => ConnectionStringAt(Ports);

    /// <summary>The connection string of the emulator's account on these ports.</summary>
    public static string ConnectionStringAt(AzuritePorts ports) =>
        $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={Key};BlobEndpoint=http://127.0.0.1:{ports.Blob}/{Account};"
        + $"QueueEndpoint=http://127.0.0.1:{ports.Queue}/{Account};TableEndpoint=http://127.0.0.1:{ports.Table}/{Account};";

    /// <summary>Starts it and waits until all three services listen.</summary>
    /// <param name="checkout">The checkout in which it is installed.</param>
    /// <param name="folder">The folder of its data; null keeps the data in memory.</param>
    /// <param name="ports">The ports to use.</param>
    /// <param name="cancellationToken">Cancels the start.</param>
    public static async Task<Azurite> StartAsync(Checkout checkout, string? folder, AzuritePorts ports, CancellationToken cancellationToken)
    {
        var process = ChildProcess.Start(
            Cli.Wrap("node")
                .WithWorkingDirectory(checkout.Root)
                .WithArguments([
                    "--require",
                    checkout.At("eng", "Tools", "stop-with-parent.cjs"),
                    Script(checkout),
                    "--silent",
                    "--skipApiVersionCheck",
                    "--disableTelemetry",
                    $"--blobPort={ports.Blob}",
                    $"--queuePort={ports.Queue}",
                    $"--tablePort={ports.Table}",
                    folder is null ? "--inMemoryPersistence" : $"--location={folder}",
                ])
        );
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(TimeSpan.FromSeconds(60));
            while (true)
            {
                // Azurite reports the ports that the system assigned only on its output.
                var found = process
                    .LastLines.Select(line => ListeningLine().Match(line))
                    .Where(match => match.Success)
                    .ToDictionary(match => match.Groups["service"].Value, match => int.Parse(match.Groups["port"].Value));
                if (found.Count == 3)
                {
                    return new(process, new(found["Blob"], found["Queue"], found["Table"]));
                }

                if (process.HasExited)
                {
                    throw Failure(process, $"stopped with exit code {await process.WaitForExitAsync(cancellationToken)}");
                }

                await Task.Delay(TimeSpan.FromMilliseconds(50), limit.Token);
            }
        }
        catch (Exception exception)
        {
            await process.DisposeAsync();
            if (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested)
            {
                throw Failure(process, "did not listen within a minute");
            }

            throw;
        }
    }

    internal static string Script(Checkout checkout) => checkout.At("node_modules", "azurite", "dist", "src", "azurite.js");

    /// <summary>Kills the emulator at once, as a crash would.</summary>
    public Task KillAsync() => _process.KillAsync();

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static CommandException Failure(ChildProcess process, string fault)
    {
        var lines = process.LastLines;
        var line =
            lines.LastOrDefault(line => line.Contains("error", StringComparison.OrdinalIgnoreCase)) ?? string.Join(' ', lines.TakeLast(1));
        return new CommandException(
            $"Azurite, the local storage, {fault} with the message \"{line.Trim()}\": delete its data in .local/azurite or reinstall it "
                + "with npm ci, then try again."
        );
    }

    [GeneratedRegex(
        @"Azurite (?<service>\w+) service (is|successfully|is successfully) ?listening (at|on) https?://[^:]+:(?<port>\d+)",
        RegexOptions.ExplicitCapture
    )]
    private static partial Regex ListeningLine();
}
