using System.Globalization;
using Bittbridge.Bittensor.Authentication;
using Bittbridge.Bittensor.Keys;
using Bittbridge.Bittensor.Wire;
using Bittbridge.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Bittbridge.Cli.Tests.Challenging;

/// <summary>A miner that answers as a test wants, after it has checked who asks.</summary>
internal sealed class StandInMiner : IAsyncDisposable
{
    private readonly StandInServer _server;

    /// <param name="status">Of every answer to a challenge.</param>
    /// <param name="answer">Its body.</param>
    /// <param name="hotkey">The hotkey that its headers name; null for no headers of a miner at all.</param>
    public StandInMiner(int status, string answer, string? hotkey = null) =>
        _server = new(context =>
            context.Request.Path.StartsWithSegments("/health", StringComparison.Ordinal)
                ? context.Response.WriteAsJsonAsync(new { status = "live", version = "0" }, context.RequestAborted)
                : AnswerAsync(context, status, answer, hotkey)
        );

    public string Url => _server.Url;

    public int Port => _server.Port;

    /// <summary>What the signature check said of each request, in order.</summary>
    public List<AuthenticationResult> Callers { get; } = [];

    public List<ChallengeRequest> Challenges { get; } = [];

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task AnswerAsync(HttpContext context, int status, string answer, string? hotkey)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var request = new SignedRequest(
            context.Request.Method,
            context.Features.Get<IHttpRequestFeature>()!.RawTarget,
            new(name => [.. context.Request.Headers[name]]),
            body.ToArray()
        );
        var now = UnixNanoseconds.Of(TimeProvider.System.GetUtcNow());
        Callers.Add(new RequestAuthentication(DevelopmentKey.Derive("//Bob").Address).Authenticate(request, now));
        Assert.True(ChallengeRequest.TryParse(body.ToArray(), out var challenge, out var problem), problem);
        Challenges.Add(challenge!);
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        if (hotkey is not null)
        {
            context.Response.Headers["bt_header_axon_status_code"] = status.ToString(CultureInfo.InvariantCulture);
            context.Response.Headers["bt_header_axon_hotkey"] = hotkey;
        }

        await context.Response.WriteAsync(answer, context.RequestAborted);
    }
}
