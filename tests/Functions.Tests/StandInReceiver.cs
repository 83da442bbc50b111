using System.Collections.Concurrent;
using System.IO.Compression;
using System.Text;
using Bittbridge.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Bittbridge.Functions.Tests;

/// <summary>Takes whatever telemetry is sent to it, over a socket, and keeps it.</summary>
internal sealed class StandInReceiver : IAsyncDisposable
{
    private readonly StandInServer _server;
    private readonly ConcurrentQueue<(string Path, string Body)> _requests = new();

    public StandInReceiver(HttpProtocols protocols = HttpProtocols.Http1) =>
        _server = new(protocols == HttpProtocols.Http2 ? KeepStreamAsync : TakeAsync, protocols);

    public string Url => _server.Url;

    /// <summary>What came to a path, as text: strings in protobuf stand in it as they are.</summary>
    public IReadOnlyList<string> To(string path) => [.. _requests.Where(request => request.Path == path).Select(request => request.Body)];

    /// <summary>Waits until a text has come.</summary>
    public async Task HasAsync(string text)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(5));
        while (!_requests.Any(request => request.Body.Contains(text, StringComparison.Ordinal)))
        {
            await Task.Delay(20, limit.Token);
        }
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        var body =
            context.Request.Headers.ContentEncoding == "gzip"
                ? new GZipStream(context.Request.Body, CompressionMode.Decompress)
                : context.Request.Body;
        using var reader = new StreamReader(body, Encoding.Latin1);
        var text = await reader.ReadToEndAsync(context.RequestAborted);
        _requests.Enqueue((context.Request.Path, text));
        if (context.Request.Path.Value!.EndsWith("/track", StringComparison.Ordinal))
        {
            var items = text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length;
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(
                $$"""{"itemsReceived":{{items}},"itemsAccepted":{{items}},"errors":[]}""",
                context.RequestAborted
            );
        }
    }

    /// <summary>As the Functions host does over gRPC, it accepts the worker's stream and lets it speak.</summary>
    private async Task KeepStreamAsync(HttpContext context)
    {
        context.Response.ContentType = "application/grpc";
        await context.Response.StartAsync(context.RequestAborted);
        var buffer = new byte[64 * 1024];
        int read;
        while ((read = await context.Request.Body.ReadAsync(buffer, context.RequestAborted)) > 0)
        {
            _requests.Enqueue((context.Request.Path, Encoding.Latin1.GetString(buffer, 0, read)));
        }
    }
}
