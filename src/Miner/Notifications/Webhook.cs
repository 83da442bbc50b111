using System.Net.Http.Headers;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace Bittbridge.Miner.Notifications;

/// <summary>
/// Posts notifications: 5 s a try, 20 s in total, two retries of transient failures. After a missing answer or a broken connection there
/// is no retry, because the receiver may have the message.
/// </summary>
internal sealed class Webhook : IDisposable
{
    /// <summary>The longest try to send one notification, retries included.</summary>
    public static readonly TimeSpan MaxDuration = TimeSpan.FromSeconds(20);

    private readonly NotificationSettings _settings;
    private readonly HttpClient _http;
    private readonly ResiliencePipeline<int> _pipeline;

    public Webhook(NotificationSettings settings, TimeProvider clock)
    {
        _settings = settings;
        _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = !settings.Webhook.IsLoopback })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        _http.DefaultRequestHeaders.UserAgent.ParseAdd("Bittbridge.Serverless");
        _pipeline = new ResiliencePipelineBuilder<int> { TimeProvider = clock }
            .AddTimeout(MaxDuration)
            .AddRetry(
                new RetryStrategyOptions<int>
                {
                    MaxRetryAttempts = 2,
                    Delay = TimeSpan.FromSeconds(1),
                    BackoffType = DelayBackoffType.Exponential,
                    UseJitter = true,
                    ShouldHandle = new PredicateBuilder<int>()
                        .Handle<HttpRequestException>(IsUnreached)
                        .HandleResult(status => status is 429 or >= 500),
                }
            )
            .AddTimeout(TimeSpan.FromSeconds(5))
            .Build();
    }

    /// <summary>Posts it, and returns why it was not accepted: null if it was. No reason contains the URL or a body.</summary>
    public async Task<string?> SendAsync(Notification notification, CancellationToken ct)
    {
        var body = notification.Body(_settings.Format, _settings.TelegramChat);

        // Telegram takes its chat from the body.
        var url = _settings.Format == WebhookFormat.Telegram ? new UriBuilder(_settings.Webhook) { Query = "" }.Uri : _settings.Webhook;
        try
        {
            var status = await _pipeline.ExecuteAsync(
                async token =>
                {
                    using var content = new ByteArrayContent(body);
                    content.Headers.ContentType = new MediaTypeHeaderValue("application/json", "utf-8");
                    using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = content };
                    using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, token);
                    return (int)response.StatusCode;
                },
                ct
            );
            return status is >= 200 and < 300 ? null : $"it answered {status}";
        }
        catch (HttpRequestException exception)
        {
            return IsUnreached(exception)
                ? $"it can't be reached ({exception.HttpRequestError})"
                : "it closed the connection or sent something other than HTTP";
        }
        catch (TimeoutRejectedException)
        {
            return "it did not answer in time";
        }
    }

    public void Dispose() => _http.Dispose();

    private static bool IsUnreached(HttpRequestException exception) =>
        exception.HttpRequestError
            is HttpRequestError.ConnectionError
                or HttpRequestError.NameResolutionError
                or HttpRequestError.ProxyTunnelError
                or HttpRequestError.SecureConnectionError;
}
