using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Bittbridge.Miner.Configuration;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner.Tests.Storage;

/// <summary>
/// Stands between a miner and real table storage, notes every operation, and can break off at one of them: as a process that dies before
/// it sends, or after storage has done what was asked.
/// </summary>
internal sealed class CountingStorage : IAsyncDisposable
{
    private static readonly string[] HopHeaders = ["Host", "Connection", "Transfer-Encoding", "Content-Length", "Keep-Alive"];

    private readonly WebApplication _app;
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(30) };
    private readonly Uri _storage;
    private int _allowed = int.MaxValue;
    private bool _isLastDone;

    private CountingStorage(WebApplication app, Uri storage) => (_app, _storage) = (app, storage);

    /// <summary>The account as seen through here.</summary>
    public StorageSettings Settings { get; private init; } = new("");

    /// <summary>Method and table of every request, and 'batch' for a transaction.</summary>
    public ConcurrentQueue<string> Operations { get; } = new();

    /// <summary>The operations since the last call.</summary>
    public IReadOnlyList<string> Take()
    {
        var operations = new List<string>();
        while (Operations.TryDequeue(out var operation))
        {
            operations.Add(operation);
        }

        return operations;
    }

    public static async Task<CountingStorage> StartAsync(StorageSettings settings)
    {
        var endpoint = Regex.Match(settings.Location, "TableEndpoint=([^;]+)").Groups[1].Value;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        CountingStorage? storage = null;
        app.Run(context => storage!.HandleAsync(context));
        await app.StartAsync(TestContext.Current.CancellationToken);
        var uri = new Uri(endpoint);
        var own = app.Urls.Single() + uri.AbsolutePath;
        return storage = new(app, uri)
        {
            Settings = settings with { Location = settings.Location.Replace(endpoint, own, StringComparison.Ordinal) },
        };
    }

    /// <summary>Lets so many requests pass and breaks every later one off.</summary>
    /// <param name="count">How many pass.</param>
    /// <param name="isNextDone">Whether storage still does what the next one asks, and only the reply is lost.</param>
    public void BreakAfter(int count, bool isNextDone) => (_allowed, _isLastDone) = (count, isNextDone);

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _http.Dispose();
    }

    private async Task HandleAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        var table = Regex.Match(path, "prices|forecasts|trackrecord|validators|nonces|models").Value;
        Operations.Enqueue($"{context.Request.Method} {(path.EndsWith("$batch", StringComparison.Ordinal) ? "batch" : table)}");
        var number = Interlocked.Decrement(ref _allowed);
        if (number < -1 || (number == -1 && !_isLastDone))
        {
            context.Abort();
            return;
        }

        using var request = new HttpRequestMessage(
            new(context.Request.Method),
            // As it was sent, since the signature of the request covers its encoding.
            new Uri(_storage.GetLeftPart(UriPartial.Authority) + context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget)
        );
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        request.Content = body.Length > 0 ? new ByteArrayContent(body.ToArray()) : null;
        foreach (
            var (name, values) in context.Request.Headers.Where(header =>
                !HopHeaders.Contains(header.Key, StringComparer.OrdinalIgnoreCase)
            )
        )
        {
            if (!request.Headers.TryAddWithoutValidation(name, values.ToArray()))
            {
                request.Content?.Headers.TryAddWithoutValidation(name, values.ToArray());
            }
        }

        using var response = await _http.SendAsync(request, context.RequestAborted);
        if (number == -1)
        {
            context.Abort();
            return;
        }

        context.Response.StatusCode = (int)response.StatusCode;
        foreach (var (name, values) in response.Headers.Concat(response.Content.Headers))
        {
            if (!HopHeaders.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                context.Response.Headers[name] = values.ToArray();
            }
        }

        await response.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
    }
}
