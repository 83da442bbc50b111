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

/// <summary>The storage emulator, run on ports of its own.</summary>
public sealed partial class Azurite : IAsyncDisposable
{
    // The emulator's one account, the same on every machine.
    private const string Account = "devstoreaccount1";
    private const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private readonly ChildProcess _process;

    private Azurite(ChildProcess process, AzuritePorts ports) => (_process, Ports) = (process, ports);

    public AzuritePorts Ports { get; }

    public string ConnectionString => ConnectionStringAt(Ports);

    /// <summary>The emulator's account on these ports, whether it listens there or not.</summary>
    public static string ConnectionStringAt(AzuritePorts ports) =>
        $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={Key};BlobEndpoint=http://127.0.0.1:{ports.Blob}/{Account};"
        + $"QueueEndpoint=http://127.0.0.1:{ports.Queue}/{Account};TableEndpoint=http://127.0.0.1:{ports.Table}/{Account};";

    /// <summary>Starts it and waits until all three services listen.</summary>
    /// <param name="checkout">Where it is installed.</param>
    /// <param name="folder">Where it keeps its data; null keeps them in memory only.</param>
    /// <param name="ports">The ports to use.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static async Task<Azurite> StartAsync(Checkout checkout, string? folder, AzuritePorts ports, CancellationToken cancellationToken)
    {
        var node =
            Programs.Find("node") ?? throw new CommandException("Node was not found on the path: install it from https://nodejs.org.");
        var process = ChildProcess.Start(
            Cli.Wrap(node)
                .WithWorkingDirectory(checkout.Root)
                .WithArguments(arguments =>
                    arguments
                        .Add([
                            "--require",
                            checkout.At("eng", "Tools", "stop-with-parent.cjs"),
                            Script(checkout),
                            "--silent",
                            "--skipApiVersionCheck",
                            "--disableTelemetry",
                        ])
                        .Add("--blobPort")
                        .Add(ports.Blob)
                        .Add("--queuePort")
                        .Add(ports.Queue)
                        .Add("--tablePort")
                        .Add(ports.Table)
                        .Add(folder is null ? ["--inMemoryPersistence"] : ["--location", folder])
                )
        );
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

    internal static string Script(Checkout checkout) => checkout.At("node_modules", "azurite", "dist", "src", "azurite.js");

    /// <summary>Ends it at once, as a crash would.</summary>
    public Task KillAsync() => _process.KillAsync();

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static async Task<AzuritePorts> ListeningAsync(ChildProcess process, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        try
        {
            while (true)
            {
                // Azurite reports the ports that the system assigned in no other way.
                var ports = process
                    .LastLines.Select(line => ListeningLine().Match(line))
                    .Where(match => match.Success)
                    .ToDictionary(match => match.Groups["service"].Value, match => int.Parse(match.Groups["port"].Value));
                if (ports.Count == 3)
                {
                    return new AzuritePorts(ports["Blob"], ports["Queue"], ports["Table"]);
                }

                if (process.HasExited)
                {
                    throw Failure(process, $"stopped with exit code {await process.WaitForExitAsync(cancellationToken)}");
                }

                await Task.Delay(TimeSpan.FromMilliseconds(50), limit.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Failure(process, "did not listen within a minute");
        }
    }

    private static CommandException Failure(ChildProcess process, string how)
    {
        var line =
            process.LastLines.LastOrDefault(line => line.Contains("error", StringComparison.OrdinalIgnoreCase))
            ?? string.Join(' ', process.LastLines.TakeLast(1));
        return new CommandException(
            $"Azurite, the local storage, {how} and said \"{line.Trim()}\": delete its data in .local/azurite or reinstall it with npm "
                + "ci, then try again."
        );
    }

    [GeneratedRegex(
        @"Azurite (?<service>\w+) service (is|successfully|is successfully) ?listening (at|on) https?://[^:]+:(?<port>\d+)",
        RegexOptions.ExplicitCapture
    )]
    private static partial Regex ListeningLine();
}
