using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Bittbridge.Testing;

/// <summary>What storage does wrong.</summary>
public enum StorageFault
{
    None,

    /// <summary>Every connection breaks.</summary>
    Stopped,

    /// <summary>Connections are accepted, and nothing is answered.</summary>
    Frozen,

    /// <summary>Each reply comes 0.6 s late.</summary>
    Slow,

    /// <summary>Each reply comes 1.5 s late, which is longer than an answer may wait.</summary>
    Late,

    /// <summary>Each request is done, and its reply breaks off in the middle.</summary>
    CutOff,

    /// <summary>503 ServerBusy, as Azure Storage answers beyond its limits.</summary>
    Throttled,

    /// <summary>Writes are refused with 403, reads work.</summary>
    ReadOnly,

    /// <summary>Another program answers each request with 200 and a JSON array, which no client of storage expects.</summary>
    OtherProgram,
}

/// <summary>
/// Stands between a miner and real storage: notes every operation, and can fail in every way, also at one chosen operation: as a process
/// that dies before it sends, or after storage has done what was asked. It can also let another writer be first.
/// </summary>
public sealed class FaultyStorage : IAsyncDisposable
{
    private static readonly string[] HopHeaders = ["Host", "Connection", "Transfer-Encoding", "Content-Length", "Keep-Alive"];

    private readonly StandInServer _server;
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(30) };
    private readonly Uri _storage;
    private int _allowed = int.MaxValue;
    private bool _isLastDone;
    private string? _overtaken;
    private int _overtakenFrom;
    private Lazy<Task> _other = new(Task.CompletedTask);
    private int _conflicts;
    private long _bytesReturned;

    /// <param name="connectionString">The real storage.</param>
    /// <param name="service">The service that it stands in front of: <c>Table</c> or <c>Blob</c>.</param>
    public FaultyStorage(string connectionString, string service = "Table")
    {
        var endpoint = Regex.Match(connectionString, service + "Endpoint=([^;]+)").Groups[1].Value;
        _storage = new(endpoint);
        _server = new(HandleAsync);
        ConnectionString = connectionString.Replace(endpoint, _server.Url + _storage.AbsolutePath, StringComparison.Ordinal);
    }

    /// <summary>The account as seen through here.</summary>
    public string ConnectionString { get; }

    /// <summary>What every request meets from now on.</summary>
    public StorageFault Fault { get; set; }

    /// <summary>What every request from now on waits for before it is passed on. Earlier requests keep waiting for theirs.</summary>
    public Task Pause { get; set; } = Task.CompletedTask;

    /// <summary>How many requests, or transactions, storage refused because of what another writer did.</summary>
    public int Conflicts => Volatile.Read(ref _conflicts);

    /// <summary>How many bytes storage has returned, without headers.</summary>
    public long BytesReturned => Interlocked.Read(ref _bytesReturned);

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

    /// <summary>Lets so many requests pass and breaks every later one off.</summary>
    /// <param name="count">How many pass.</param>
    /// <param name="isNextDone">Whether storage still does what the next one asks, and only the reply is lost.</param>
    public void BreakAfter(int count, bool isNextDone) => (_allowed, _isLastDone) = (count, isNextDone);

    /// <summary>Has another writer do its work before an operation is passed on, such as between the sender's read and its write.</summary>
    /// <param name="operation">The operation, as in <see cref="Operations"/>.</param>
    /// <param name="work">The work, which is done once; a repetition of the operation waits for it too.</param>
    /// <param name="nth">Which of these operations, of those from now on, from 1.</param>
    public void StepIn(string operation, Func<Task> work, int nth = 1) =>
        (_overtaken, _overtakenFrom, _other) = (operation, nth, new Lazy<Task>(work));

    public async ValueTask DisposeAsync()
    {
        Fault = StorageFault.Stopped;
        await _server.DisposeAsync();
        _http.Dispose();
    }

    private async Task HandleAsync(HttpContext context)
    {
        var (path, pause) = (context.Request.Path.Value!, Pause);
        var table = Regex.Match(path, "prices|forecasts|trackrecord|validators|nonces|models").Value;
        var operation = $"{context.Request.Method} {(path.EndsWith("$batch", StringComparison.Ordinal) ? "batch" : table)}";
        Operations.Enqueue(operation);
        await pause.WaitAsync(context.RequestAborted);
        if (operation == _overtaken && Interlocked.Decrement(ref _overtakenFrom) <= 0)
        {
            await _other.Value.WaitAsync(context.RequestAborted);
        }

        var number = Interlocked.Decrement(ref _allowed);
        if (number < -1 || (number == -1 && !_isLastDone))
        {
            context.Abort();
            return;
        }

        switch (Fault)
        {
            case StorageFault.Stopped:
                context.Abort();
                return;
            case StorageFault.Frozen:
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
                context.Abort();
                return;
            case StorageFault.Slow:
                await Task.Delay(TimeSpan.FromSeconds(0.6), context.RequestAborted);
                break;
            case StorageFault.Late:
                await Task.Delay(TimeSpan.FromSeconds(1.5), context.RequestAborted);
                break;
            case StorageFault.Throttled:
                await RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, "ServerBusy");
                return;
            case StorageFault.ReadOnly when context.Request.Method != HttpMethods.Get:
                await RefuseAsync(context, StatusCodes.Status403Forbidden, "AuthorizationPermissionMismatch");
                return;
            case StorageFault.OtherProgram:
                await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
                await context.Response.WriteAsync("[]", context.RequestAborted);
                return;
        }

        await ForwardAsync(context, isReplyLost: number == -1);
    }

    private static bool IsConflict(int status) => status is StatusCodes.Status409Conflict or StatusCodes.Status412PreconditionFailed;

    /// <summary>Whether the reply to a transaction says so inside.</summary>
    private static bool HoldsConflict(ReadOnlySpan<byte> reply) =>
        reply.IndexOf("HTTP/1.1 409"u8) >= 0 || reply.IndexOf("HTTP/1.1 412"u8) >= 0;

    private static async Task RefuseAsync(HttpContext context, int status, string code)
    {
        await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
        context.Response.StatusCode = status;
        context.Response.Headers["x-ms-error-code"] = code;
        context.Response.Headers["x-ms-request-id"] = Guid.NewGuid().ToString();
        await context.Response.WriteAsync($"<?xml version=\"1.0\"?><Error><Code>{code}</Code></Error>", context.RequestAborted);
    }

    private async Task ForwardAsync(HttpContext context, bool isReplyLost)
    {
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
        if (isReplyLost)
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

        var bytes = await response.Content.ReadAsByteArrayAsync(context.RequestAborted);
        Interlocked.Add(ref _bytesReturned, bytes.Length);
        if (IsConflict((int)response.StatusCode) || HoldsConflict(bytes))
        {
            Interlocked.Increment(ref _conflicts);
        }

        if (Fault == StorageFault.CutOff)
        {
            // A reply without a body, such as that to an insert, breaks off before its head.
            if (bytes.Length > 0)
            {
                context.Response.ContentLength = bytes.Length + 100;
                await context.Response.Body.WriteAsync(bytes.AsMemory(0, bytes.Length / 2), context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
            }

            context.Abort();
            return;
        }

        if (bytes.Length > 0)
        {
            await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
        }
    }
}
