using System.Collections.Concurrent;
using Bittbridge.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Bittbridge.Infra.Tests;

/// <summary>Answers on a local port for Azure, the app and its gateway as a test says, and keeps what it was asked.</summary>
internal sealed class StandInAzure : IAsyncDisposable
{
    private readonly Func<Asked, (int Status, string Body)> _answer;
    private readonly StandInServer _server;

    public StandInAzure(Func<Asked, (int Status, string Body)> answer)
    {
        _answer = answer;
        _server = new(AnswerAsync);
    }

    public string Address => _server.Url;

    public int Port => _server.Port;

    public ConcurrentQueue<Asked> Requests { get; } = new();

    /// <summary>A header of every answer; null for none.</summary>
    public (string Name, string Value)? Header { get; init; }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var asked = new Asked(
            context.Request.Method,
            context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget,
            context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            await reader.ReadToEndAsync(context.RequestAborted)
        );
        Requests.Enqueue(asked);
        (context.Response.StatusCode, var body) = _answer(asked);
        context.Response.ContentType = "application/json";
        if (Header is { } header)
        {
            context.Response.Headers[header.Name] = header.Value;
        }

        await context.Response.WriteAsync(body, context.RequestAborted);
    }

    /// <summary>One request.</summary>
    internal sealed record Asked(string Method, string Target, IReadOnlyDictionary<string, string> Headers, string Body)
    {
        public string? Header(string name) => Headers.GetValueOrDefault(name);
    }
}
