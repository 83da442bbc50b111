using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Http;
using Bittbridge.Miner.Prices.Failures;
using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace Bittbridge.Miner.Prices.Source;

/// <summary>GET calls of the API of a source, within the bounds of all sources: time, retries, size of the reply.</summary>
/// <param name="http">Has no time limit of its own.</param>
/// <param name="name">The name of the API in messages.</param>
/// <param name="address">Its base address, with a slash at the end.</param>
/// <param name="key">The header with the key; null if there is no key.</param>
/// <param name="clock">The miner's clock.</param>
internal sealed class JsonApi(HttpClient http, string name, Uri address, (string Header, string Value)? key, TimeProvider clock)
{
    private const int MaxReplyBytes = 2 * 1024 * 1024;

    private readonly ResiliencePipeline<ApiReply> _pipeline = ApiPipeline.Build(clock);

    /// <summary>Calls a path and returns any complete reply, even an error.</summary>
    public async Task<ApiResult> AskAsync(string path, bool mayRetry, CancellationToken ct)
    {
        var calls = 0;
        var context = ResilienceContextPool.Shared.Get(ct);
        context.Properties.Set(ApiPipeline.MayRetry, mayRetry);
        try
        {
            var reply = await _pipeline.ExecuteAsync(
                async attempt =>
                {
                    calls++;
                    try
                    {
                        return await SendAsync(path, attempt.CancellationToken);
                    }
                    catch (OperationCanceledException exception) when (LongLivedClients.IsUnconnected(exception, attempt.CancellationToken))
                    {
                        // A failure of the source like a refused connection, which the pipeline retries and counts.
                        throw new HttpRequestException(
                            HttpRequestError.ConnectionError,
                            "no connection was established in time",
                            exception
                        );
                    }
                },
                context
            );
            return new(reply, null, calls);
        }
        catch (TimeoutRejectedException)
        {
            return Failed(PriceFault.TimedOut, $"{name} did not answer in time");
        }
        catch (BrokenCircuitException)
        {
            return Failed(PriceFault.NotAsked, $"{name} was not asked{(calls > 0 ? " again" : "")}: it failed five times in a row");
        }
        catch (Exception exception)
            when (LongLivedClients.ErrorOf(exception) is HttpRequestError.InvalidResponse or HttpRequestError.ConfigurationLimitExceeded)
        {
            // The message may contain what was sent.
            return Failed(PriceFault.NotTheApi, $"{name}'s address answered with something other than HTTP");
        }
        catch (IOException exception)
        {
            return Failed(PriceFault.BrokeOff, $"{name}'s answer broke off: {Shown.FirstLine(exception)}");
        }
        catch (HttpRequestException exception)
        {
            return Failed(PriceFault.Unreachable, $"{name} can't be reached: {Shown.FirstLine(exception)}");
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }

        ApiResult Failed(PriceFault fault, string detail) => new(null, new(fault, detail), calls);
    }

    private async Task<ApiReply> SendAsync(string path, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(address, path));
        request.Headers.Accept.ParseAdd("application/json");
        request.Headers.UserAgent.ParseAdd("Bittbridge.Serverless/1.0");
        if (key is { } secret)
        {
            // Add would validate the value, and its exception would show it.
            request.Headers.TryAddWithoutValidation(secret.Header, secret.Value);
        }

        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
        var isJson = response.Content.Headers.ContentType?.MediaType?.EndsWith("json", StringComparison.OrdinalIgnoreCase) == true;
        var body = await ReadAsync(response.Content, ct);
        return new((int)response.StatusCode, isJson, body ?? default, RetryAfter(response)) { IsTooLarge = body is null };
    }

    /// <summary>Reads the body; null if it exceeds <see cref="MaxReplyBytes"/>.</summary>
    private static async Task<ReadOnlyMemory<byte>?> ReadAsync(HttpContent content, CancellationToken ct)
    {
        await using var stream = await content.ReadAsStreamAsync(ct);
        using var whole = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int count;
        while ((count = await stream.ReadAsync(buffer, ct)) > 0)
        {
            if (whole.Length + count > MaxReplyBytes)
            {
                return null;
            }

            whole.Write(buffer, 0, count);
        }

        return whole.ToArray();
    }

    private TimeSpan? RetryAfter(HttpResponseMessage response)
    {
        var asked = response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - clock.GetUtcNow(),
            _ => (TimeSpan?)null,
        };
        return asked < TimeSpan.Zero ? TimeSpan.Zero : asked;
    }
}

/// <summary>The result of a call.</summary>
/// <param name="Reply">A complete reply, which may be an error; null when there was none.</param>
/// <param name="Failure">Why there was no reply; null when there is one.</param>
/// <param name="Calls">How many calls it took, including failed ones.</param>
internal readonly record struct ApiResult(ApiReply? Reply, PriceFailure? Failure, int Calls);
