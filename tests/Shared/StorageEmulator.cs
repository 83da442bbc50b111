using Bittbridge.Tools;
using Bittbridge.Tools.Running;

namespace Bittbridge.Testing;

/// <summary>An emulator of a test's own, in memory, on ports that stay its own: it can be killed and started again.</summary>
public sealed class StorageEmulator : IAsyncDisposable
{
    private Azurite _azurite;

    private StorageEmulator(Azurite azurite) => _azurite = azurite;

    public string ConnectionString => _azurite.ConnectionString;

    /// <summary>A connection string of an address where nothing listens.</summary>
    public static string Unreachable()
    {
        var port = Ports.Free();
        return Azurite.ConnectionStringAt(new(port, port, port));
    }

    /// <exception cref="CommandException">The emulator is not installed or does not start.</exception>
    public static async Task<StorageEmulator> StartNewAsync(CancellationToken ct) => new(await StartAsync(AzuritePorts.Any, ct));

    /// <summary>Ends it at once, as a crash would.</summary>
    public Task KillAsync() => _azurite.KillAsync();

    /// <summary>Starts it on its ports again after it was killed. What was kept before is gone.</summary>
    public async Task RestartAsync(CancellationToken ct)
    {
        var killed = _azurite;
        _azurite = await StartAsync(killed.Ports, ct);
        await killed.DisposeAsync();
    }

    public ValueTask DisposeAsync() => _azurite.DisposeAsync();

    private static Task<Azurite> StartAsync(AzuritePorts ports, CancellationToken ct) =>
        Azurite.StartAsync(new Checkout(RepositoryFolder.Root), folder: null, ports, ct);
}
