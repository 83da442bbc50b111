using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner.Tests.Notifications;

/// <summary>The operator's own receiver of webhooks, on a real socket.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<(string Target, JsonElement Body)> _received = new();

    private Receiver()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Run(async context =>
        {
            var body = await JsonSerializer.DeserializeAsync<JsonElement>(context.Request.Body, cancellationToken: context.RequestAborted);
            _received.Enqueue((context.Request.Path + context.Request.QueryString, body));
            await Answers.WaitAsync(context.RequestAborted);
            context.Response.StatusCode = Status;
        });
    }

    /// <summary>What it answers.</summary>
    public int Status { get; set; } = 204;

    /// <summary>When it answers.</summary>
    public Task Answers { get; set; } = Task.CompletedTask;

    public string Url => _app.Urls.Single();

    public IReadOnlyList<(string Target, JsonElement Body)> Received => [.. _received];

    /// <summary>Every received event and its state, in alphabetical order.</summary>
    public IReadOnlyList<string> Events =>
        [
            .. _received
                .Select(one => $"{one.Body.GetProperty("event").GetString()} {one.Body.GetProperty("state").GetString()}")
                .Order(StringComparer.Ordinal),
        ];

    public static async Task<Receiver> StartAsync()
    {
        var receiver = new Receiver();
        await receiver._app.StartAsync(TestContext.Current.CancellationToken);
        return receiver;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
