using System.Collections.Concurrent;
using System.Text.Json;
using Bittbridge.Testing;
using Microsoft.AspNetCore.Http;

namespace Bittbridge.Miner.Tests.Notifications;

/// <summary>The operator's own receiver of webhooks, on a real socket.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly StandInServer _server;
    private readonly ConcurrentQueue<(string Target, JsonElement Body)> _received = new();

    public Receiver() => _server = new(TakeAsync);

    /// <summary>What it answers.</summary>
    public int Status { get; set; } = 204;

    /// <summary>What it answers first, instead of <see cref="Status"/>.</summary>
    public ConcurrentQueue<int> FirstStatuses { get; } = new();

    /// <summary>When it answers.</summary>
    public Task Answers { get; set; } = Task.CompletedTask;

    public string Url => _server.Url;

    public IReadOnlyList<(string Target, JsonElement Body)> Received => [.. _received];

    /// <summary>Every received event and its state, in alphabetical order.</summary>
    public IReadOnlyList<string> Events =>
        [
            .. _received
                .Select(one => $"{one.Body.GetProperty("event").GetString()} {one.Body.GetProperty("state").GetString()}")
                .Order(StringComparer.Ordinal),
        ];

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        var body = await JsonSerializer.DeserializeAsync<JsonElement>(context.Request.Body, cancellationToken: context.RequestAborted);
        _received.Enqueue((context.Request.Path + context.Request.QueryString, body));
        await Answers.WaitAsync(context.RequestAborted);
        context.Response.StatusCode = FirstStatuses.TryDequeue(out var first) ? first : Status;
    }
}
