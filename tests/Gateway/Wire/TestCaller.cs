using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Bittbridge.Gateway.Tests.Wire;

/// <summary>Sends bytes as they are, from an address of this machine that a test chooses.</summary>
/// <param name="address">127.x.y.z.</param>
internal sealed class TestCaller(string address = "127.0.0.1")
{
    /// <summary>Opens a connection; the sender ends it.</summary>
    public async Task<TcpClient> ConnectAsync(int port)
    {
        var client = new TcpClient(new IPEndPoint(IPAddress.Parse(address), 0)) { NoDelay = true };
        await client.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken);
        return client;
    }

    /// <summary>All that comes back until the other side closes; <c>Connection: close</c> is the sender's to ask.</summary>
    public async Task<WireAnswer> SendAsync(int port, string request) => await SendAsync(port, Encoding.Latin1.GetBytes(request));

    /// <inheritdoc cref="SendAsync(int, string)"/>
    public async Task<WireAnswer> SendAsync(int port, byte[] request)
    {
        using var client = await ConnectAsync(port);
        return await SendAsync(client.GetStream(), request);
    }

    /// <summary>Reads until the other side closes or resets.</summary>
    public static async Task<WireAnswer> ReadAsync(Stream stream)
    {
        var answer = new MemoryStream();
        try
        {
            await stream.CopyToAsync(answer, TestContext.Current.CancellationToken);
        }
        catch (IOException)
        {
            // What came before it hung up counts.
        }

        return WireAnswer.Parse(answer.ToArray());
    }

    private static async Task<WireAnswer> SendAsync(Stream stream, byte[] request)
    {
        try
        {
            await stream.WriteAsync(request, TestContext.Current.CancellationToken);
        }
        catch (IOException)
        {
            // It has answered, and closed, before all was sent.
        }

        return await ReadAsync(stream);
    }
}
