using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Bittbridge.Tools.Running;

namespace Bittbridge.Infra.Tests;

/// <summary>Answers HTTP on the loopback as a test says, and keeps what it was asked.</summary>
internal sealed class StandInAzure : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Func<Asked, (int Status, string Body)> _answer;

    public StandInAzure(Func<Asked, (int Status, string Body)> answer)
    {
        _answer = answer;
        Address = $"http://127.0.0.1:{Ports.Free()}";
        _listener.Prefixes.Add(Address + "/");
        _listener.Start();
        _ = Task.Run(ServeAsync);
    }

    public string Address { get; }

    public ConcurrentQueue<Asked> Requests { get; } = new();

    /// <summary>A header of every answer; null for none.</summary>
    public (string Name, string Value)? Header { get; init; }

    public void Dispose() => _listener.Close();

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                var context = await _listener.GetContextAsync();
                using var reader = new StreamReader(context.Request.InputStream);
                var asked = new Asked(
                    context.Request.HttpMethod,
                    context.Request.RawUrl!,
                    name => context.Request.Headers[name],
                    await reader.ReadToEndAsync()
                );
                Requests.Enqueue(asked);
                var (status, body) = _answer(asked);
                context.Response.StatusCode = status;
                context.Response.ContentType = "application/json";
                if (Header is { } header)
                {
                    context.Response.Headers[header.Name] = header.Value;
                }

                await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(body));
                context.Response.Close();
            }
        }
        catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    /// <summary>One request.</summary>
    internal sealed record Asked(string Method, string Target, Func<string, string?> Header, string Body);
}
