using System.Globalization;
using System.Net.Sockets;
using Bittbridge.Testing;
using Bittbridge.Tools.Running;

namespace Bittbridge.EndToEnd.Tests.Starting;

/// <summary>An endpoint that the operator adds by .NET's own settings.</summary>
[Collection(StartCollection.Name)]
public sealed class KestrelEndpointTests
{
    private const int Limit = 16;

    [Fact]
    public async Task It_has_the_limits_of_the_miners_own()
    {
        var ct = TestContext.Current.CancellationToken;
        var port = Ports.Free();
        await using var emulator = await StorageEmulator.StartNewAsync(ct);
        await using var miner = await SelfHostProcess.StartAsync(
            emulator.ConnectionString,
            new Dictionary<string, string?>
            {
                ["Bittbridge__Limits__Connections"] = Limit.ToString(CultureInfo.InvariantCulture),
                ["Kestrel__Endpoints__More__Url"] = $"http://127.0.0.1:{port}",
            }
        );

        // More idle connections than the miner may have: the new ones displace the oldest.
        var clients = new List<TcpClient>();
        try
        {
            for (var i = 0; i < 2 * Limit; i++)
            {
                var client = new TcpClient();
                clients.Add(client);
                await client.ConnectAsync("127.0.0.1", port, ct);
            }

            await Task.WhenAll(clients.Take(Limit).Select(client => IsClosedAsync(client, ct)));
            Assert.NotNull((await miner.AskAsync()).Prediction);
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }
    }

    /// <summary>Returns when the miner has closed the connection, long before it would close an idle one.</summary>
    private static async Task IsClosedAsync(TcpClient client, CancellationToken ct)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(TimeSpan.FromSeconds(12));
        try
        {
            Assert.Equal(0, await client.GetStream().ReadAsync(new byte[1], patience.Token));
        }
        catch (IOException)
        {
            // Aborted.
        }
    }
}
