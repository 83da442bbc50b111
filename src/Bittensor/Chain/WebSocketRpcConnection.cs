using System.Net.WebSockets;

namespace Bittbridge.Bittensor.Chain;

/// <summary>JSON-RPC over one websocket, which the first request opens.</summary>
internal sealed class WebSocketRpcConnection(Uri url, ChainLimits limits) : IRpcConnection
{
    private readonly ClientWebSocket _socket = new();

    public async Task<ReadOnlyMemory<byte>> ExchangeAsync(ReadOnlyMemory<byte> request, CancellationToken ct)
    {
        try
        {
            if (_socket.State == WebSocketState.None)
            {
                await _socket.ConnectAsync(url, ct).ConfigureAwait(false);
            }

            await _socket.SendAsync(request, WebSocketMessageType.Text, endOfMessage: true, ct).ConfigureAwait(false);
            var buffer = new byte[16 * 1024];
            var length = 0;
            while (true)
            {
                var part = await _socket.ReceiveAsync(buffer.AsMemory(length), ct).ConfigureAwait(false);
                length += part.Count;
                if (part.MessageType == WebSocketMessageType.Close)
                {
                    throw new ChainFailureException(ChainFault.Unreachable, "closed the websocket");
                }

                if (length > limits.MaxResponseBytes)
                {
                    throw new ChainFailureException(ChainFault.TooLong, $"answered with more than {limits.MaxResponseBytes} bytes");
                }

                if (part.EndOfMessage)
                {
                    return buffer.AsMemory(0, length);
                }

                if (length == buffer.Length)
                {
                    Array.Resize(ref buffer, Math.Min(buffer.Length * 2, limits.MaxResponseBytes + 1));
                }
            }
        }
        catch (WebSocketException error) when (error.WebSocketErrorCode is WebSocketError.HeaderError or WebSocketError.UnsupportedProtocol)
        {
            // The message may contain what the node sent.
            throw new ChainFailureException(ChainFault.Unreachable, "answered with something other than a websocket", error);
        }
        catch (Exception error) when (error is WebSocketException or HttpRequestException or IOException or InvalidOperationException)
        {
            throw new ChainFailureException(ChainFault.Unreachable, error.Message, error);
        }
    }

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        return default;
    }
}
