using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace Bittbridge.Bittensor.Chain;

/// <summary>JSON-RPC by HTTP POST.</summary>
internal sealed class HttpRpcConnection(Uri url, HttpClient http, ChainLimits limits, TimeProvider time) : IRpcConnection
{
    public async Task<ReadOnlyMemory<byte>> ExchangeAsync(ReadOnlyMemory<byte> request, CancellationToken ct)
    {
        try
        {
            for (var again = false; ; again = true)
            {
                using var message = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ReadOnlyMemoryContent(request) };
                message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
                using var response = await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, ct).ConfigureAwait(false);
                if (response.StatusCode == HttpStatusCode.TooManyRequests && !again)
                {
                    await Task.Delay(limits.PauseWhenTooMany, time, ct).ConfigureAwait(false);
                    continue;
                }

                if (response.StatusCode != HttpStatusCode.OK)
                {
                    throw new ChainFailureException(
                        ChainFault.Unreachable,
                        string.Create(CultureInfo.InvariantCulture, $"answered with HTTP {(int)response.StatusCode}")
                    );
                }

                return await ReadAsync(response.Content, ct).ConfigureAwait(false);
            }
        }
        catch (Exception error)
            when (error
                    is HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse }
                        or HttpIOException { HttpRequestError: HttpRequestError.InvalidResponse }
            )
        {
            // The message may contain what the node sent.
            throw new ChainFailureException(ChainFault.Unreachable, "answered with something other than HTTP", error);
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            throw new ChainFailureException(ChainFault.Unreachable, error.Message, error);
        }
        catch (OperationCanceledException error) when (error.InnerException is TimeoutException && !ct.IsCancellationRequested)
        {
            // The connect timeout of the client's handler.
            throw new ChainFailureException(ChainFault.Unreachable, error.InnerException.Message, error);
        }
    }

    public ValueTask DisposeAsync() => default;

    private async Task<ReadOnlyMemory<byte>> ReadAsync(HttpContent content, CancellationToken ct)
    {
        var stream = await content.ReadAsStreamAsync(ct).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            // Read up to one byte past the limit, whatever length the node claims.
            var buffer = new byte[16 * 1024];
            var length = 0;
            while (true)
            {
                var read = await stream.ReadAsync(buffer.AsMemory(length), ct).ConfigureAwait(false);
                length += read;
                if (length > limits.MaxResponseBytes)
                {
                    throw new ChainFailureException(ChainFault.TooLong, $"answered with more than {limits.MaxResponseBytes} bytes");
                }

                if (read == 0)
                {
                    return buffer.AsMemory(0, length);
                }

                if (length == buffer.Length)
                {
                    Array.Resize(ref buffer, Math.Min(buffer.Length * 2, limits.MaxResponseBytes + 1));
                }
            }
        }
    }
}
