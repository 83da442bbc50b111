using System.Net;
using System.Net.Sockets;

namespace Bittbridge.Gateway.Tests;

/// <summary>A name server that knows one address for every name, or none, and says that it is good for a second.</summary>
internal sealed class NameServer : IAsyncDisposable
{
    private readonly UdpClient _socket = new(new IPEndPoint(IPAddress.Loopback, 0));
    private readonly Task _answering;
    private int _questions;

    public NameServer() => _answering = AnswerAsync();

    /// <summary>What it answers; null: there is no such name.</summary>
    public IPAddress? Address { get; set; } = IPAddress.Loopback;

    public int Port => ((IPEndPoint)_socket.Client.LocalEndPoint!).Port;

    public int Questions => Volatile.Read(ref _questions);

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        await _answering.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task AnswerAsync()
    {
        while (true)
        {
            var question = await _socket.ReceiveAsync();
            Interlocked.Increment(ref _questions);
            await _socket.SendAsync(Answer(question.Buffer, Address), question.RemoteEndPoint);
        }
    }

    // The question as it came, and one record that points back to its name (RFC 1035, 4.1).
    private static byte[] Answer(byte[] question, IPAddress? address)
    {
        var end = 12;
        while (question[end] != 0)
        {
            end += question[end] + 1;
        }

        byte[] head = [question[0], question[1], 0x81, (byte)(address is null ? 0x83 : 0x80), 0, 1, 0, (byte)(address is null ? 0 : 1), 0, 0, 0, 0];
        byte[] asked = [.. head, .. question.AsSpan(12, end + 5 - 12)];
        return address is null ? asked : [.. asked, 0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 1, 0, 4, .. address.GetAddressBytes()];
    }
}
