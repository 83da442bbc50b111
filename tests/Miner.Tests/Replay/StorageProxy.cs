using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Bittbridge.Miner.Configuration;

namespace Bittbridge.Miner.Tests.Replay;

/// <summary>
/// Stands between a miner and real table storage: what comes back may be late or never come, and what is sent may never arrive.
/// </summary>
internal sealed class StorageProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _over = new();
    private readonly ConcurrentDictionary<Socket, bool> _clients = new();
    private readonly Uri _storage;
    private readonly Task _accepting;
    private volatile bool _isDown;
    private volatile string _lost = Any;
    private volatile bool _resets;
    private int _losing;
    private int _withholding;
    private int _withheld;
    private int _lostReplies;

    public StorageProxy(StorageSettings settings)
    {
        var endpoint = Regex.Match(settings.Location, "TableEndpoint=([^;]+)").Groups[1].Value;
        _storage = new Uri(endpoint);
        _listener.Start();
        var own = string.Create(
            CultureInfo.InvariantCulture,
            $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}{_storage.AbsolutePath}"
        );
        Settings = settings with { Location = settings.Location.Replace(endpoint, own, StringComparison.Ordinal) };
        _accepting = AcceptAsync();
    }

    /// <summary>The account as seen through here.</summary>
    public StorageSettings Settings { get; }

    /// <summary>How late each reply comes.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>How many replies were lost.</summary>
    public int Lost => Volatile.Read(ref _lostReplies);

    /// <summary>How many requests were withheld.</summary>
    public int Withheld => Volatile.Read(ref _withheld);

    /// <summary>For every method.</summary>
    public const string Any = "";

    /// <summary>The next replies to a method never come, and their connections stay open and silent.</summary>
    public void Swallow(string method, int count) => Lose(method, count, resets: false);

    /// <summary>The next requests never arrive, and their connections stay open and silent.</summary>
    public void Withhold(int count) => Volatile.Write(ref _withholding, count);

    /// <summary>Instead of the next replies to a method the connection breaks.</summary>
    public void Reset(string method, int count) => Lose(method, count, resets: true);

    /// <summary>Breaks every connection, and every new one too, until <see cref="GoUp"/>.</summary>
    public void GoDown()
    {
        _isDown = true;
        foreach (var client in _clients.Keys)
        {
            Break(client);
        }
    }

    public void GoUp() => _isDown = false;

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        GoDown();
        _listener.Dispose();
        await _accepting;
        _over.Dispose();
    }

    private void Lose(string method, int count, bool resets)
    {
        (_lost, _resets) = (method, resets);
        Volatile.Write(ref _losing, count);
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _listener.AcceptSocketAsync());
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using (client)
        using (var storage = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true })
        {
            client.NoDelay = true;
            _clients[client] = true;
            try
            {
                if (_isDown)
                {
                    Break(client);
                    return;
                }

                await storage.ConnectAsync(new IPEndPoint(IPAddress.Loopback, _storage.Port), _over.Token);
                var asked = new LastAsked();
                await Task.WhenAny(SendAsync(client, storage, asked), ReplyAsync(storage, client, asked));
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException or OperationCanceledException)
            {
                // One of both ends is gone.
            }
            finally
            {
                _clients.TryRemove(client, out _);
            }
        }
    }

    private async Task SendAsync(Socket client, Socket storage, LastAsked asked)
    {
        var buffer = new byte[16384];
        while (await client.ReceiveAsync(buffer, _over.Token) is > 0 and var count)
        {
            var start = Encoding.ASCII.GetString(buffer, 0, Math.Min(count, 8));
            asked.Method = start.Split(' ')[0] is "GET" or "POST" or "DELETE" or "PUT" ? start.Split(' ')[0] : asked.Method;
            if (Interlocked.Decrement(ref _withholding) >= 0)
            {
                Interlocked.Increment(ref _withheld);
                await Task.Delay(Timeout.Infinite, _over.Token);
            }

            await storage.SendAsync(buffer.AsMemory(0, count), _over.Token);
        }
    }

    private async Task ReplyAsync(Socket storage, Socket client, LastAsked asked)
    {
        var buffer = new byte[16384];
        while (await storage.ReceiveAsync(buffer, _over.Token) is > 0 and var count)
        {
            if ((asked.Method == _lost || _lost == Any) && Interlocked.Decrement(ref _losing) >= 0)
            {
                Interlocked.Increment(ref _lostReplies);
                if (_resets)
                {
                    Break(client);
                    return;
                }

                await Task.Delay(Timeout.Infinite, _over.Token);
            }

            if (Delay > TimeSpan.Zero)
            {
                await Task.Delay(Delay, _over.Token);
            }

            await client.SendAsync(buffer.AsMemory(0, count), _over.Token);
        }
    }

    private static void Break(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(true, 0);
            socket.Close();
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // It is gone already.
        }
    }

    /// <summary>What a connection was asked last.</summary>
    private sealed class LastAsked
    {
        public volatile string Method = "";
    }
}
