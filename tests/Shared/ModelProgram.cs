using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace Bittbridge.Testing;

/// <summary>A program that serves a model over HTTP/1.1, byte for byte as a test wants.</summary>
public sealed partial class ModelProgram : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _stopped = new();
    private readonly ConcurrentQueue<ModelRequest> _requests = new();
    private readonly Func<ModelRequest, ModelReply> _answer;
    private readonly Task _accepting;
    private readonly ConcurrentBag<Task> _connections = [];

    private ModelProgram(Func<ModelRequest, ModelReply> answer, int port)
    {
        _answer = answer;
        _listener = new(IPAddress.Loopback, port);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public string Url => $"http://127.0.0.1:{Port}/";

    /// <summary>The requests so far.</summary>
    public IReadOnlyList<ModelRequest> Requests => [.. _requests];

    /// <summary>The requests for a forecast so far.</summary>
    public IReadOnlyList<ModelRequest> Posts => [.. _requests.Where(request => request.Head.StartsWith("POST ", StringComparison.Ordinal))];

    public static ModelProgram Start(Func<ModelRequest, ModelReply> answer, int port = 0) => new(answer, port);

    /// <summary>One that answers every request with the same JSON.</summary>
    public static ModelProgram Start(string json) => Start(_ => ModelReply.Of(200, json));

    public async ValueTask DisposeAsync()
    {
        await _stopped.CancelAsync();
        _listener.Dispose();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.WhenAll(_connections).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopped.Dispose();
    }

    private async Task AcceptAsync()
    {
        for (var connection = 1; ; connection++)
        {
            var client = await _listener.AcceptTcpClientAsync(_stopped.Token).ConfigureAwait(false);
            _connections.Add(ServeAsync(client, connection));
        }
    }

    private async Task ServeAsync(TcpClient client, int connection)
    {
        using var _ = client;
        var stream = client.GetStream();
        while (await ReadAsync(stream, connection).ConfigureAwait(false) is { } request)
        {
            _requests.Enqueue(request);
            var reply = _answer(request);
            if (reply.Bytes is null)
            {
                await Task.Delay(Timeout.Infinite, _stopped.Token).ConfigureAwait(false);
            }

            await stream.WriteAsync(reply.Bytes, _stopped.Token).ConfigureAwait(false);
            if (reply.Closes)
            {
                return;
            }
        }
    }

    /// <summary>Null when the client closed the connection.</summary>
    private async Task<ModelRequest?> ReadAsync(NetworkStream stream, int connection)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await stream.ReadAsync(one, _stopped.Token).ConfigureAwait(false) == 0)
            {
                return null;
            }

            head.Append((char)one[0]);
        }

        var length = ContentLength().Match(head.ToString());
        var body = new byte[length.Success ? int.Parse(length.Groups["bytes"].Value) : 0];
        await stream.ReadExactlyAsync(body, _stopped.Token).ConfigureAwait(false);
        return new(connection, head.ToString(), Encoding.UTF8.GetString(body));
    }

    [GeneratedRegex(
        "^Content-Length: (?<bytes>[0-9]+)\r$",
        RegexOptions.ExplicitCapture | RegexOptions.Multiline | RegexOptions.IgnoreCase
    )]
    private static partial Regex ContentLength();
}

/// <summary>A request as it arrived.</summary>
/// <param name="Connection">The number of its connection, from 1.</param>
/// <param name="Head">The request line and the headers.</param>
/// <param name="Body">The body.</param>
public sealed record ModelRequest(int Connection, string Head, string Body);

/// <summary>The bytes of a reply.</summary>
/// <param name="Bytes">Null: nothing is ever sent.</param>
/// <param name="Closes">Whether the connection is closed after them.</param>
public sealed record ModelReply(byte[]? Bytes, bool Closes = false)
{
    /// <summary>A complete reply.</summary>
    public static ModelReply Of(int status, string body, string type = "application/json", string headers = "") =>
        Raw($"HTTP/1.1 {status} x\r\nContent-Type: {type}\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n{headers}\r\n{body}");

    public static ModelReply Raw(string text, bool closes = false) => new(Encoding.UTF8.GetBytes(text), closes);
}
