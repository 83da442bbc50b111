using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace Bittbridge.Benchmarks.Load;

/// <summary>One keep-alive connection that sends prepared requests and reads each response whole; as thin as it can be.</summary>
internal sealed class LoadConnection : IDisposable
{
    private static readonly byte[] EndOfHead = "\r\n\r\n"u8.ToArray();

    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _buffer = new byte[64 * 1024];

    private LoadConnection() { }

    public static async Task<LoadConnection> OpenAsync(int port)
    {
        var connection = new LoadConnection();
        await connection._socket.ConnectAsync(IPAddress.Loopback, port);
        return connection;
    }

    /// <exception cref="IOException">The other side closed the connection or sent something that is no response.</exception>
    public async ValueTask<Reply> SendAsync(ReadOnlyMemory<byte> request)
    {
        await WriteAsync(request);
        return await ReadAsync(CancellationToken.None);
    }

    /// <summary>Sends the head of a request at once and then its body byte by byte, until the response comes.</summary>
    /// <param name="request">The request.</param>
    /// <param name="pause">The pause between two bytes.</param>
    /// <param name="ct">Ends the wait for the response.</param>
    /// <exception cref="IOException">The other side closed the connection or sent something that is no response.</exception>
    public async Task<Reply> SendSlowlyAsync(ReadOnlyMemory<byte> request, TimeSpan pause, CancellationToken ct)
    {
        var head = request.Span.IndexOf(EndOfHead) + EndOfHead.Length;
        await WriteAsync(request[..head]);
        var reading = ReadAsync(ct).AsTask();
        try
        {
            for (var sent = head; sent < request.Length && !reading.IsCompleted && !ct.IsCancellationRequested; sent++)
            {
                await WriteAsync(request.Slice(sent, 1));
                await Task.WhenAny(reading, Task.Delay(pause, ct));
            }
        }
        catch (SocketException)
        {
            // The other side has closed the connection; whether it sent a response first, the read tells.
        }

        return await reading;
    }

    public void Dispose() => _socket.Dispose();

    private async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        for (var sent = 0; sent < bytes.Length; )
        {
            sent += await _socket.SendAsync(bytes[sent..]);
        }
    }

    private async ValueTask<Reply> ReadAsync(CancellationToken ct)
    {
        var (received, head, length) = (0, -1, 0);
        while (head < 0 || received < head + length)
        {
            var count = await _socket.ReceiveAsync(_buffer.AsMemory(received), ct);
            if (count == 0)
            {
                throw new IOException("The connection was closed before a whole response.");
            }

            received += count;
            if (head < 0 && _buffer.AsSpan(0, received).IndexOf(EndOfHead) is >= 0 and var end)
            {
                head = end + EndOfHead.Length;
                length = ContentLength(_buffer.AsSpan(0, head));
            }
        }

        var status = (_buffer[9] - '0') * 100 + (_buffer[10] - '0') * 10 + (_buffer[11] - '0');
        return new(status, status == 200 && HoldsForecast(_buffer.AsSpan(head, length)), received);
    }

    private static int ContentLength(ReadOnlySpan<byte> head)
    {
        var name = head.IndexOf("Content-Length: "u8);
        if (name < 0)
        {
            return 0;
        }

        var value = head[(name + 16)..];
        return int.Parse(value[..value.IndexOf((byte)'\r')]);
    }

    /// <summary>Whether the body is an answer as a validator reads it: a price, and an interval around it.</summary>
    private static bool HoldsForecast(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body);
        double? price = null;
        List<double> interval = [];
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType != JsonTokenType.PropertyName || reader.CurrentDepth != 1)
                {
                    continue;
                }

                if (reader.ValueTextEquals("prediction"u8) && reader.Read() && reader.TokenType == JsonTokenType.Number)
                {
                    price = reader.GetDouble();
                }
                else if (reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals("interval"u8) && reader.Read())
                {
                    while (reader.Read() && reader.TokenType == JsonTokenType.Number)
                    {
                        interval.Add(reader.GetDouble());
                    }
                }
            }
        }
        catch (JsonException)
        {
            return false;
        }

        return price is { } p && interval is [var lower, var upper] && lower <= p && p <= upper;
    }

    /// <summary>What came back.</summary>
    /// <param name="Status">The HTTP status.</param>
    /// <param name="HoldsForecast">Whether it is an answer with a forecast.</param>
    /// <param name="Bytes">Its size with its head.</param>
    public readonly record struct Reply(int Status, bool HoldsForecast, int Bytes);
}
