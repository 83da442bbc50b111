using System.Globalization;
using System.Text.RegularExpressions;
using Bittbridge.Tools.Running;

namespace Bittbridge.Tools;

/// <summary>The storage emulator, run on ports of its own.</summary>
public sealed partial class Azurite : IAsyncDisposable
{
    // The emulator's one account, the same on every machine.
    private const string Account = "devstoreaccount1";
    private const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private readonly ChildProcess process;

    private Azurite(ChildProcess process, AzuritePorts ports)
    {
        this.process = process;
        Ports = ports;
    }

    public AzuritePorts Ports { get; }

    public string ConnectionString => ConnectionStringAt(Ports);

    /// <summary>The emulator's account on these ports, whether it listens there or not.</summary>
    public static string ConnectionStringAt(AzuritePorts ports) =>
        $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={Key};"
        + $"BlobEndpoint=http://127.0.0.1:{ports.Blob}/{Account};QueueEndpoint=http://127.0.0.1:{ports.Queue}/{Account};TableEndpoint=http://127.0.0.1:{ports.Table}/{Account};";

    /// <summary>Starts it and waits until all three services listen.</summary>
    /// <param name="checkout">Where it is installed.</param>
    /// <param name="folder">Where it keeps its data; null keeps them in memory only.</param>
    /// <param name="ports">The ports to use; <see cref="AzuritePorts.Any"/> lets it find free ones.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static async Task<Azurite> StartAsync(Checkout checkout, string? folder, AzuritePorts ports, CancellationToken cancellationToken)
    {
        var node = Programs.Find("node") ?? throw new CannotContinueException("Node was not found on the path: install it from https://nodejs.org.");
        IReadOnlyList<string> arguments =
        [
            "--require", checkout.At("eng", "Tools", "stop-with-parent.cjs"),
            checkout.At("node_modules", "azurite", "dist", "src", "azurite.js"),
            "--silent", "--skipApiVersionCheck", "--disableTelemetry",
            "--blobPort", ports.Blob.ToString(CultureInfo.InvariantCulture),
            "--queuePort", ports.Queue.ToString(CultureInfo.InvariantCulture),
            "--tablePort", ports.Table.ToString(CultureInfo.InvariantCulture),
            .. folder is null ? (string[])["--inMemoryPersistence"] : ["--location", folder],
        ];

        var process = ChildProcess.Start(new CommandLine(node, arguments) { Folder = checkout.Root });
        try
        {
            return new Azurite(process, await ListeningAsync(process, cancellationToken));
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends it at once, as a crash would.</summary>
    public Task KillAsync() => process.KillAsync();

    public ValueTask DisposeAsync() => process.DisposeAsync();

    private static async Task<AzuritePorts> ListeningAsync(ChildProcess process, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        try
        {
            while (true)
            {
                var ports = process.LastLines.Select(line => ListeningLine().Match(line)).Where(match => match.Success)
                    .ToDictionary(match => match.Groups["service"].Value, match => int.Parse(match.Groups["port"].Value, CultureInfo.InvariantCulture));
                if (ports.Count == 3)
                {
                    return new AzuritePorts(ports["Blob"], ports["Queue"], ports["Table"]);
                }

                if (process.HasExited)
                {
                    await process.WaitForExitAsync(cancellationToken);
                    throw Failure(process, $"stopped with exit code {process.ExitCode}");
                }

                await Task.Delay(TimeSpan.FromMilliseconds(50), patience.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Failure(process, "did not listen within a minute");
        }
    }

    private static CannotContinueException Failure(ChildProcess process, string how)
    {
        var said = process.LastLines.LastOrDefault(line => line.Contains("error", StringComparison.OrdinalIgnoreCase)) ?? string.Join(' ', process.LastLines.TakeLast(1));
        return new CannotContinueException($"Azurite, the local storage, {how} and said \"{said.Trim()}\": delete its data in .local/azurite or reinstall it with npm ci, then try again.");
    }

    [GeneratedRegex(@"Azurite (?<service>\w+) service (is|successfully|is successfully) ?listening (at|on) https?://[^:]+:(?<port>\d+)", RegexOptions.ExplicitCapture)]
    private static partial Regex ListeningLine();
}
