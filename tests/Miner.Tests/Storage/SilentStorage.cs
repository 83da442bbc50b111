using System.Net;
using System.Net.Sockets;
using Bittbridge.Miner.Configuration;

namespace Bittbridge.Miner.Tests.Storage;

/// <summary>Storage that takes connections and says nothing until it is told to fail; it counts them.</summary>
internal sealed class SilentStorage : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly TaskCompletionSource _fail = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _firstCame = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _accepting;
    private int _connections;

    public SilentStorage()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public StorageSettings Settings =>
        new(
            "DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey=AAAA;"
                + $"TableEndpoint=http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/devstoreaccount1;"
        );

    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Completes when a client has connected.</summary>
    public Task FirstCame => _firstCame.Task;

    public void Fail() => _fail.TrySetResult();

    public async ValueTask DisposeAsync()
    {
        Fail();
        _listener.Dispose();
        await _accepting;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync();
                Interlocked.Increment(ref _connections);
                _ = AnswerAsync(client);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The test is over.
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        using (client)
        {
            var stream = client.GetStream();
            await stream.ReadAtLeastAsync(new byte[8192], minimumBytes: 1);
            _firstCame.TrySetResult();
            await _fail.Task;
            await stream.WriteAsync("HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray());
        }
    }
}
