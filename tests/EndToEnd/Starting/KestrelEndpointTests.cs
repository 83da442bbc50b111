using System.Globalization;
using System.Net.Sockets;
using Bittbridge.Testing;
using Bittbridge.Tools.Running;

namespace Bittbridge.EndToEnd.Tests.Starting;

/// <summary>An endpoint that the operator adds by .NET's own settings.</summary>
[Collection(MinerCollection.Name)]
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

        // More idle connections than the miner may have: the new ones displace others.
        var clients = new List<TcpClient>();
        try
        {
            for (var i = 0; i < 2 * Limit; i++)
            {
                var client = new TcpClient();
                clients.Add(client);
                await client.ConnectAsync("127.0.0.1", port, ct);
            }

            // Which are closed depends on which it saw first.
            var closed = clients.ConvertAll(IsClosedAsync);
            await Eventually.TrueAsync(
                () => closed.Count(task => task.IsCompletedSuccessfully) >= Limit,
                () => string.Join(", ", closed.Select(task => task.Status))
            );

            // The others are still open, so it was not for being idle.
            Assert.InRange(closed.Count(task => task.IsCompletedSuccessfully), Limit, (2 * Limit) - 1);
            await miner.UntilAnsweredAsync();
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }
    }

    /// <summary>Returns when the miner, or at last the test, has closed the connection.</summary>
    private static async Task IsClosedAsync(TcpClient client)
    {
        try
        {
            Assert.Equal(0, await client.GetStream().ReadAsync(new byte[1]));
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // Aborted.
        }
    }
}
