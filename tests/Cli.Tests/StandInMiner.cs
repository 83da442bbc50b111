using Bittbridge.Bittensor;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Bittbridge.Cli.Tests;

/// <summary>A miner that answers as a test wants, after it has checked who asks.</summary>
internal sealed class StandInMiner : IAsyncDisposable
{
    private readonly WebApplication _app;

    private StandInMiner(WebApplication app) => _app = app;

    public string Url => _app.Urls.Single();

    /// <summary>What the signature check said of each request, in order.</summary>
    public List<AuthenticationResult> Callers { get; } = [];

    public List<ChallengeRequest> Challenges { get; } = [];

    public static async Task<StandInMiner> StartAsync(int status, string answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var miner = new StandInMiner(app);
        app.Run(context => miner.AnswerAsync(context, status, answer));
        await app.StartAsync(TestContext.Current.CancellationToken);
        return miner;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context, int status, string answer)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var request = new SignedRequest(context.Request.Method, context.Features.Get<IHttpRequestFeature>()!.RawTarget, name => [.. context.Request.Headers[name]], body.ToArray());
        var now = (TimeProvider.System.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;
        Callers.Add(new RequestAuthentication(DevelopmentKey.Derive("//Bob").Address).Authenticate(request, now));
        Assert.True(ChallengeRequest.TryParse(body.ToArray(), out var challenge, out var problem), problem);
        Challenges.Add(challenge!);
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(answer, context.RequestAborted);
    }
}
