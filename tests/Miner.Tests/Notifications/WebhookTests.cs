using Bittbridge.Miner.Notifications;
using Bittbridge.Miner.Tests.Prices;
using Bittbridge.Testing;

namespace Bittbridge.Miner.Tests.Notifications;

/// <summary>One notification and a receiver on a real socket.</summary>
public sealed class WebhookTests : IAsyncDisposable
{
    private readonly WatchedClock _clock = new();
    private readonly Receiver _receiver = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _receiver.DisposeAsync();

    [Theory]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task A_transient_failure_is_retried(int status)
    {
        _receiver.FirstStatuses.Enqueue(status);

        Assert.Null(await SendAsync(_receiver.Url, retries: 1));
        Assert.Equal(["axon begun", "axon begun"], _receiver.Events);
    }

    [Fact]
    public async Task There_are_two_retries()
    {
        _receiver.Status = 503;

        Assert.Equal("it answered 503", await SendAsync(_receiver.Url, retries: 2));
        Assert.Equal(3, _receiver.Received.Count);
        Assert.Equal("it can't be reached (ConnectionError)", await SendAsync("http://127.0.0.1:1", retries: 2));
    }

    [Fact]
    public async Task The_request_names_its_content_and_the_program()
    {
        string? seen = null;
        await using var receiver = new StandInServer(context =>
        {
            var request = context.Request;
            seen = $"{request.Method} {request.ContentType} {request.Headers.UserAgent}";
            return Task.CompletedTask;
        });

        Assert.Null(await SendAsync(receiver.Url));
        Assert.Equal("POST application/json; charset=utf-8 Bittbridge.Serverless", seen);
    }

    /// <summary>It may have the message.</summary>
    [Fact]
    public async Task A_receiver_that_does_not_answer_has_five_of_twenty_seconds_and_no_retry()
    {
        _receiver.Answers = Task.Delay(Timeout.InfiniteTimeSpan, Ct);
        using var webhook = new Webhook(Settings(_receiver.Url), _clock);

        var sending = webhook.SendAsync(NotificationSettingsTests.Begun, Ct);
        await _clock.WaitBeginsAsync(TimeSpan.FromSeconds(20));
        await _clock.WaitBeginsAsync(TimeSpan.FromSeconds(5));
        await Polling.UntilAsync(() => _receiver.Received.Count == 1);
        _clock.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal("it did not answer in time", await sending.WaitAsync(TimeSpan.FromMinutes(3), Ct));
        Assert.Single(_receiver.Received);
    }

    /// <summary>It may have the message.</summary>
    [Fact]
    public async Task A_receiver_that_breaks_the_connection_off_gets_no_retry()
    {
        var received = 0;
        await using var receiver = new StandInServer(context =>
        {
            Interlocked.Increment(ref received);
            context.Abort();
            return Task.CompletedTask;
        });

        Assert.Equal(
            "it closed the connection or sent something other than HTTP",
            await SendAsync(receiver.Url).WaitAsync(TimeSpan.FromMinutes(3), Ct)
        );
        Assert.Equal(1, received);
    }

    /// <summary>The path may hold the token, which is not for another host.</summary>
    [Theory]
    [InlineData(302)]
    [InlineData(307)]
    public async Task A_redirect_is_not_followed(int status)
    {
        var followed = 0;
        await using var other = new StandInServer(_ =>
        {
            Interlocked.Increment(ref followed);
            return Task.CompletedTask;
        });
        await using var redirecting = new StandInServer(context =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers.Location = other.Url + context.Request.Path;
            return Task.CompletedTask;
        });

        Assert.Equal($"it answered {status}", await SendAsync(redirecting.Url + "/hooks/SECRET"));
        Assert.Equal(0, followed);
    }

    [Fact]
    public async Task Telegrams_chat_goes_into_the_body_alone_and_neither_it_nor_the_token_is_shown()
    {
        var url = _receiver.Url + "/botSECRET/sendMessage?chat_id=-7";

        Assert.Null(await SendAsync(url, WebhookFormat.Telegram));
        Assert.Null(await SendAsync(url));

        Assert.Equal(["/botSECRET/sendMessage", "/botSECRET/sendMessage?chat_id=-7"], _receiver.Received.Select(one => one.Target));
        Assert.Equal("-7", _receiver.Received[0].Body.GetProperty("chat_id").GetString());
        var settings = Settings(url, WebhookFormat.Telegram);
        Assert.Equal((_receiver.Url, $"Telegram to {_receiver.Url}"), (settings.ShownTarget, settings.ToString()));
    }

    private static NotificationSettings Settings(string url, WebhookFormat format = WebhookFormat.Json) =>
        new(new(url), format, TimeSpan.FromMinutes(30));

    /// <summary>Sends it, and lets the clock go on by the delay of each retry.</summary>
    private async Task<string?> SendAsync(string url, WebhookFormat format = WebhookFormat.Json, int retries = 0)
    {
        using var webhook = new Webhook(Settings(url, format), _clock);
        var sending = webhook.SendAsync(NotificationSettingsTests.Begun, Ct);
        for (var retry = 0; retry < retries; retry++)
        {
            // With jitter a delay is below 3 s, so no time limit is mistaken for one.
            _clock.Advance(await _clock.WaitUpToBeginsAsync(TimeSpan.FromSeconds(3)));
        }

        return await sending.WaitAsync(TimeSpan.FromMinutes(3), Ct);
    }
}
