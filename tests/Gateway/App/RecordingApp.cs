using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Bittbridge.Gateway.Tests.App;

/// <summary>
/// Takes TLS connections as the app's front end does, keeps every byte that comes and answers the first request of each with the same
/// bytes.
/// </summary>
internal sealed class RecordingApp : IAsyncDisposable
{
    private const string Answer =
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nbt_header_axon_status_code: 200\r\nX-Bittbridge-model: "
        + "last@1\r\nContent-Length: 21\r\n\r\n{\"prediction\":7.1234}";

    private readonly CancellationTokenSource _end = new();
    private readonly TcpListener _listener;
    private readonly X509Certificate2 _certificate;
    private readonly Task _accepting;
    private readonly ConcurrentBag<Task> _connections = [];
    private int _accepted;

    /// <param name="certificate">Whom it says that it is; closed with it.</param>
    /// <param name="port">The port to take, any by default.</param>
    /// <param name="address">The address to take, the loopback address by default.</param>
    public RecordingApp(X509Certificate2 certificate, int port = 0, IPAddress? address = null)
    {
        _certificate = certificate;
        _listener = new TcpListener(address ?? IPAddress.Loopback, port);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>How many connections were opened to it, those too whose TLS came to nothing.</summary>
    public int Accepted => Volatile.Read(ref _accepted);

    /// <summary>All that came over each connection whose TLS was agreed on, as Latin-1.</summary>
    public ConcurrentQueue<string> Received { get; } = new();

    /// <summary>The names that callers asked for when they opened TLS.</summary>
    public ConcurrentQueue<string> NamesAskedFor { get; } = new();

    /// <summary>Waited for before an answer leaves.</summary>
    public Task BeforeAnswer { get; set; } = Task.CompletedTask;

    /// <summary>What it answers, head and body.</summary>
    public string AnswersWith { get; set; } = Answer;

    /// <summary>Whether it hangs up after its answer.</summary>
    public bool HangsUp { get; set; }

    /// <summary>The versions of TLS that it takes.</summary>
    public SslProtocols Versions { get; init; } = SslProtocols.None;

    /// <summary>Ends it once all connections are over.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_end.IsCancellationRequested)
        {
            return;
        }

        await _end.CancelAsync();
        _listener.Dispose();
        await Task.WhenAll([_accepting, .. _connections]).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _certificate.Dispose();
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            var client = await _listener.AcceptTcpClientAsync(_end.Token);
            Interlocked.Increment(ref _accepted);
            _connections.Add(ServeAsync(client));
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            await using var stream = new SslStream(client.GetStream());
            await stream.AuthenticateAsServerAsync(
                (_, hello, _, _) =>
                {
                    NamesAskedFor.Enqueue(hello.ServerName);
                    return new(new SslServerAuthenticationOptions { ServerCertificate = _certificate, EnabledSslProtocols = Versions });
                },
                null,
                _end.Token
            );
            await ServeAsync(stream);
        }
    }

    private async Task ServeAsync(SslStream stream)
    {
        var received = new MemoryStream();
        var buffer = new byte[64 * 1024];
        var answered = false;
        try
        {
            int count;
            while ((count = await stream.ReadAsync(buffer, _end.Token)) > 0)
            {
                received.Write(buffer, 0, count);
                if (!answered && IsWhole(Encoding.Latin1.GetString(received.ToArray())))
                {
                    answered = true;
                    await BeforeAnswer.WaitAsync(_end.Token);
                    await stream.WriteAsync(Encoding.Latin1.GetBytes(AnswersWith), _end.Token);
                    if (HangsUp)
                    {
                        return;
                    }
                }
            }
        }
        catch (IOException)
        {
            // Closed without TLS's good-bye; what came before counts.
        }
        finally
        {
            Received.Enqueue(Encoding.Latin1.GetString(received.ToArray()));
        }
    }

    private static bool IsWhole(string request)
    {
        var head = request.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (head < 0)
        {
            return false;
        }

        var at = request.IndexOf("\r\nContent-Length: ", 0, head, StringComparison.OrdinalIgnoreCase);
        return at < 0
            || request.Length - head - 4 >= int.Parse(request.AsSpan(at + 18).ToString().Split('\r')[0], CultureInfo.InvariantCulture);
    }
}
