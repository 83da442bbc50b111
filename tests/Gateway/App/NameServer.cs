using System.Net;
using System.Net.Sockets;

namespace Bittbridge.Gateway.Tests.App;

/// <summary>A name server that knows the same addresses for every name, and says that they are good for a second.</summary>
internal sealed class NameServer : IAsyncDisposable
{
    private readonly UdpClient _socket = new(new IPEndPoint(IPAddress.Loopback, 0));
    private readonly Task _answering;

    public NameServer() => _answering = AnswerAsync();

    /// <summary>What it answers; with none there is no such name.</summary>
    public IReadOnlyList<IPAddress> Addresses { get; set; } = [IPAddress.Loopback];

    public int Port => ((IPEndPoint)_socket.Client.LocalEndPoint!).Port;

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
            await _socket.SendAsync(Answer(question.Buffer, Addresses), question.RemoteEndPoint);
        }
    }

    // The question as it came, and a record for each address that points back to its name (RFC 1035, 4.1).
    private static byte[] Answer(byte[] question, IReadOnlyList<IPAddress> addresses)
    {
        var end = 12;
        while (question[end] != 0)
        {
            end += question[end] + 1;
        }

        byte[] head =
        [
            question[0],
            question[1],
            0x81,
            (byte)(addresses.Count == 0 ? 0x83 : 0x80),
            0,
            1,
            0,
            (byte)addresses.Count,
            0,
            0,
            0,
            0,
        ];
        var records = addresses.SelectMany(
            IEnumerable<byte> (address) => [0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 1, 0, 4, .. address.GetAddressBytes()]
        );
        return [.. head, .. question.AsSpan(12, end + 5 - 12), .. records];
    }
}
