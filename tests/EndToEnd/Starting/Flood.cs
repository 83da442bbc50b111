using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Bittbridge.EndToEnd.Tests.Starting;

/// <summary>Repeats requests on its own connections as fast as they are answered.</summary>
internal sealed class Flood : IAsyncDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly List<Task> _connections;
    private readonly int[] _statuses = new int[600];
    private int _hangUps;

    /// <param name="address">Where the miner listens.</param>
    /// <param name="requests">Whole requests, each sent on connections of its own.</param>
    /// <param name="connectionsEach">How many connections send each of them.</param>
    public Flood(Uri address, IEnumerable<byte[]> requests, int connectionsEach) =>
        _connections = [
            .. requests
                .SelectMany(request => Enumerable.Repeat(request, connectionsEach))
                .Select(request => Task.Run(() => SendAsync(address, request))),
        ];

    /// <summary>How many answers have come so far.</summary>
    public int Answers => _statuses.Sum();

    /// <summary>How many answers had a status.</summary>
    public int Count(int status) => Volatile.Read(ref _statuses[status]);

    public override string ToString() =>
        string.Join(
            ", ",
            _statuses
                .Select((count, status) => (count, status))
                .Where(some => some.count > 0)
                .Select(some => $"{some.status}: {some.count}")
        ) + $", connections lost: {_hangUps}";

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await Task.WhenAll(_connections).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _end.Dispose();
    }

    private async Task SendAsync(Uri address, byte[] request)
    {
        while (!_end.IsCancellationRequested)
        {
            try
            {
                using var client = new TcpClient { NoDelay = true };
                await client.ConnectAsync(address.Host, address.Port, _end.Token);
                await SendAsync(client.GetStream(), request);
            }
            catch (Exception exception) when (exception is IOException or SocketException)
            {
                Interlocked.Increment(ref _hangUps);
            }
        }
    }

    private async Task SendAsync(NetworkStream stream, byte[] request)
    {
        var buffer = new byte[16 * 1024];
        while (true)
        {
            await stream.WriteAsync(request, _end.Token);
            var filled = 0;
            int? length = null;
            while (length is null || filled < length)
            {
                var read = await stream.ReadAsync(buffer.AsMemory(filled), _end.Token);
                if (read == 0)
                {
                    throw new IOException("hung up");
                }

                filled += read;
                length ??= WholeLength(buffer.AsSpan(0, filled));
            }

            Interlocked.Increment(ref _statuses[int.Parse(buffer.AsSpan(9, 3), NumberStyles.None, CultureInfo.InvariantCulture)]);
        }
    }

    private static int? WholeLength(ReadOnlySpan<byte> answer)
    {
        var head = answer.IndexOf("\r\n\r\n"u8);
        if (head < 0)
        {
            return null;
        }

        var text = Encoding.Latin1.GetString(answer[..head]);
        var at = text.IndexOf("Content-Length: ", StringComparison.OrdinalIgnoreCase);
        return head + 4 + int.Parse(text.AsSpan(at + 16).ToString().Split('\r')[0], CultureInfo.InvariantCulture);
    }
}
