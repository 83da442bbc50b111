using System.Net.Http.Headers;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Forecasting;
using Bittbridge.Miner.Http;
using Bittbridge.Models;
using Bittbridge.Models.Forecasting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bittbridge.Miner.HttpModels;

/// <summary>
/// A model that another program serves over HTTP, in any language: each forecast is one POST, which docs/your-own-model.md describes. The
/// program may start later than the miner and may be restarted.
/// </summary>
/// <param name="http">A client configured by <see cref="Configure"/>; disposed of with the model.</param>
/// <param name="address">The address of the model.</param>
/// <param name="token">Sent as <c>Authorization: Bearer</c>; null for none.</param>
/// <param name="logger">Logs when the model can't be reached; null logs nothing.</param>
public sealed class HttpModel(HttpClient http, HttpModelAddress address, string? token = null, ILogger<HttpModel>? logger = null)
    : IPredictionModel,
        IRemoteModel
{
    private const int MaxReplyBytes = 64 * 1024;

    /// <summary>
    /// Shorter than a challenge's budget, so that a host that does not accept the connection counts as unreachable, not as a slow model.
    /// Windows retries a refused connection for two seconds.
    /// </summary>
    private static readonly TimeSpan MaxConnectTime = TimeSpan.FromMilliseconds(400);

    private readonly ILogger _logger = logger ?? NullLogger<HttpModel>.Instance;
    private readonly string _server = Shown.Url(address.Url);
    private volatile string? _problem;

    public ModelId Id => address.Id;

    /// <summary>Whether initialization fails while the program can't be reached. A miner starts anyway.</summary>
    public bool IsRequired { get; init; }

    /// <inheritdoc/>
    public string? Problem => _problem;

    /// <summary>Shorter in a miner, because challenges wait for the initialization.</summary>
    private TimeSpan MaxProbeTime => TimeSpan.FromSeconds(IsRequired ? 10 : 2);

    /// <summary>A client for one program, without the miner's services.</summary>
    public static HttpClient CreateClient(HttpModelAddress address)
    {
        var handler = new SocketsHttpHandler();
        Configure(handler, address);
        handler.ConnectTimeout = TimeSpan.FromSeconds(5);
        return new(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Leaves the timeout to the caller. Redirects are not followed, because they could send the token elsewhere.</summary>
    internal static void Configure(SocketsHttpHandler handler, HttpModelAddress address) =>
        (handler.ConnectTimeout, handler.PooledConnectionLifetime, handler.AllowAutoRedirect, handler.UseCookies, handler.UseProxy) = (
            MaxConnectTime,
            TimeSpan.FromMinutes(15),
            false,
            false,
            !address.Url.IsLoopback
        );

    /// <summary>Checks with a GET that the program can be reached; any answer will do.</summary>
    /// <exception cref="UnusableAnswerException">It can't be reached, and <see cref="IsRequired"/>.</exception>
    public async ValueTask<bool> InitializeAsync(CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(MaxProbeTime);
        try
        {
            using var request = Request(HttpMethod.Get);
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (LongLivedClients.IsUnconnected(exception, limit.Token))
        {
            NoteProblem(Unreachable(exception).Message);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            NoteProblem(
                $"{_server} did not answer within {MaxProbeTime.TotalSeconds:0} s: see the output of the program that serves the model"
            );
        }
        catch (HttpRequestException exception)
        {
            NoteProblem(Failure(exception).Message);
        }

        return IsRequired && _problem is { } problem ? throw new UnusableAnswerException(problem) : true;
    }

    public async ValueTask<Forecast?> PredictAsync(DateTimeOffset timestamp, PriceHistory history, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(history);
        var reply = await AskAsync(HttpModelRequest.Write(timestamp, history), ct).ConfigureAwait(false);
        if (_problem is not null)
        {
            _problem = null;
            HttpModelLog.Reached(_logger, Id, _server);
        }

        return reply.Forecast(token);
    }

    public ValueTask CleanupAsync()
    {
        http.Dispose();
        return default;
    }

    private async Task<HttpModelReply> AskAsync(ReadOnlyMemory<byte> body, CancellationToken ct)
    {
        for (var again = false; ; again = true)
        {
            try
            {
                return await SendAsync(body, ct).ConfigureAwait(false);
            }
            // The program closed an idle connection just as it was reused: try once more on a new one.
            catch (HttpRequestException exception) when (exception.HttpRequestError == HttpRequestError.ResponseEnded && !again) { }
            catch (Exception exception)
                when (exception is HttpRequestException or IOException || LongLivedClients.IsUnconnected(exception, ct))
            {
                var failure = exception is OperationCanceledException ? Unreachable(exception) : Failure(exception);
                if (failure.IsTransient)
                {
                    NoteProblem(failure.Message);
                }

                throw failure;
            }
        }
    }

    private async Task<HttpModelReply> SendAsync(ReadOnlyMemory<byte> body, CancellationToken ct)
    {
        using var request = Request(HttpMethod.Post);
        // Content of a known length is not sent in chunks, which Python's http.server can't read.
        request.Content = new ReadOnlyMemoryContent(body);
        request.Content.Headers.ContentType = new("application/json");
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct).ConfigureAwait(false);
        return new(_server, response.StatusCode, await ReadAsync(response.Content, ct).ConfigureAwait(false));
    }

    private HttpRequestMessage Request(HttpMethod method)
    {
        var request = new HttpRequestMessage(method, address.Url);
        request.Headers.Accept.ParseAdd("application/json");
        request.Headers.UserAgent.ParseAdd("Bittbridge.Serverless/1.0");
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        return request;
    }

    /// <summary>Reads the body; null if it exceeds <see cref="MaxReplyBytes"/>.</summary>
    private static async Task<ReadOnlyMemory<byte>?> ReadAsync(HttpContent content, CancellationToken ct)
    {
        await using var stream = await content.ReadAsStreamAsync(ct).ConfigureAwait(false);
        var buffer = new byte[4 * 1024];
        var length = 0;
        int count;
        while ((count = await stream.ReadAsync(buffer.AsMemory(length), ct).ConfigureAwait(false)) > 0)
        {
            length += count;
            if (length > MaxReplyBytes)
            {
                return null;
            }

            if (length == buffer.Length)
            {
                Array.Resize(ref buffer, 2 * buffer.Length);
            }
        }

        return buffer.AsMemory(0, length);
    }

    private UnusableAnswerException Unreachable(Exception exception) =>
        new(
            $"{_server} can't be reached (it did not reply to a connection): start the program that serves the model, or correct the "
                + "address",
            exception
        )
        {
            IsTransient = true,
        };

    private UnusableAnswerException Failure(Exception exception)
    {
        var (isTransient, sentence) = LongLivedClients.ErrorOf(exception) switch
        {
            HttpRequestError.SecureConnectionError => (
                false,
                $"{_server} can't be reached securely ({Shown.FirstLine(exception)}): give it a certificate that this machine trusts"
            ),
            HttpRequestError.InvalidResponse or HttpRequestError.ConfigurationLimitExceeded => (
                false,
                $"{_server} answered with something other than HTTP: check the address"
            ),
            HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError => (
                true,
                $"{_server} can't be reached ({Shown.FirstLine(exception)}): start the program that serves the model, or correct the "
                    + "address"
            ),
            _ => (
                false,
                $"{_server} closed the connection before its answer was complete: see the output of the program that serves the model"
            ),
        };
        return new(sentence, exception) { IsTransient = isTransient };
    }

    private void NoteProblem(string problem)
    {
        if (_problem is null)
        {
            HttpModelLog.NotReached(_logger, Id, problem);
        }

        _problem = problem;
    }
}
