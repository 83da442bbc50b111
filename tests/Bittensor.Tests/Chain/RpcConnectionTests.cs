using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using Bittbridge.Bittensor.Chain;
using Bittbridge.Testing;
using Microsoft.AspNetCore.Http;

namespace Bittbridge.Bittensor.Tests.Chain;

/// <summary>How an answer arrives by HTTP and by websocket: in pieces, too long, or not at all.</summary>
public sealed class RpcConnectionTests : IDisposable
{
    private const ushort Netuid = 420;

    private readonly HttpClient _http = new();
    private readonly TaskCompletionSource _webSocketEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _http.Dispose();

    [Theory]
    [InlineData("http", true)]
    [InlineData("http", false)]
    [InlineData("ws", false)]
    public async Task An_answer_in_pieces_is_read_whole(string scheme, bool hasLength)
    {
        var answer = Answer(100_000);
        await using var node = Node(scheme, [answer[..1], answer[1..16_384], answer[16_384..16_385], answer[16_385..]], hasLength);
        Assert.Equal((ushort)7, (await ReadAsync($"{scheme}://127.0.0.1:{node.Port}")).Value);
    }

    [Theory]
    [InlineData("http", 40_000, null)]
    [InlineData("http", 40_001, ChainFault.TooLong)]
    [InlineData("ws", 40_000, null)]
    [InlineData("ws", 40_001, ChainFault.TooLong)]
    public async Task An_answer_may_have_as_many_bytes_as_the_limit(string scheme, int length, ChainFault? fault)
    {
        await using var node = Node(scheme, [Answer(length)]);
        var read = await ReadAsync($"{scheme}://127.0.0.1:{node.Port}", new ChainLimits { MaxResponseBytes = 40_000 });
        Assert.Equal(fault, read.Failure?.Fault);
    }

    [Fact]
    public async Task An_answer_goes_on_after_a_read_that_filled_the_buffer()
    {
        // A socket may return less than the buffer takes; this answer fills it each time.
        using var http = new HttpClient(new AnswerInMemory(Answer(100_000)));
        Assert.Equal((ushort)7, (await ReadAsync("http://node.example", http: http)).Value);
    }

    [Theory]
    [InlineData("http")]
    [InlineData("ws")]
    public async Task A_node_that_does_not_listen_is_unreachable(string scheme) =>
        Assert.Equal(ChainFault.Unreachable, (await ReadAsync($"{scheme}://127.0.0.1:1")).Failure?.Fault);

    [Fact]
    public async Task A_node_whose_connection_is_never_established_is_unreachable()
    {
        using var handler = new SocketsHttpHandler
        {
            ConnectTimeout = TimeSpan.FromMilliseconds(100),
            ConnectCallback = async (_, ct) =>
            {
                await Task.Delay(Timeout.Infinite, ct);
                return Stream.Null;
            },
        };
        using var http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };

        var failure = (await ReadAsync("http://node.example", http: http)).Failure;

        Assert.Equal(ChainFault.Unreachable, failure?.Fault);
        Assert.StartsWith("http://node.example: A connection could not be established", failure!.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http")]
    [InlineData("ws")]
    public async Task A_node_that_breaks_off_its_answer_is_unreachable(string scheme)
    {
        await using var node = Node(scheme, [Answer(1000)[..500]], isWhole: false);
        Assert.Equal(ChainFault.Unreachable, (await ReadAsync($"{scheme}://127.0.0.1:{node.Port}")).Failure?.Fault);
    }

    [Theory]
    [InlineData("http", "HTTP/1.1 \u001b[2J in the log\r\n\r\n", "answered with something other than HTTP")]
    [InlineData("http", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nlog\r\n", "answered with something other than HTTP")]
    [InlineData(
        "ws",
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: in the log\r\n\r\n",
        "answered with something other than a websocket"
    )]
    public async Task What_a_node_sends_in_place_of_an_answer_is_not_in_the_failure(string scheme, string answer, string message)
    {
        using var node = new TcpListener(IPAddress.Loopback, 0);
        node.Start();
        var url = $"{scheme}://{node.LocalEndpoint}";
        var reading = ReadAsync(url);
        using var connection = await node.AcceptSocketAsync(Ct);
        await connection.ReceiveAsync(new byte[4096].AsMemory(), Ct);
        await connection.SendAsync(Encoding.ASCII.GetBytes(answer).AsMemory(), Ct);

        Assert.Equal(new ChainFailure(ChainFault.Unreachable, $"{url}: {message}"), (await reading).Failure);
    }

    [Fact]
    public async Task A_node_that_closes_the_websocket_does_not_answer()
    {
        await using var node = new StandInServer(async context =>
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            await socket.ReceiveAsync(new byte[4096].AsMemory(), context.RequestAborted);
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, context.RequestAborted);
            await WaitForEndAsync(socket, context.RequestAborted);
        });
        Assert.Equal(
            new ChainFailure(ChainFault.Unreachable, $"ws://127.0.0.1:{node.Port}: closed the websocket"),
            (await ReadAsync($"ws://127.0.0.1:{node.Port}")).Failure
        );
    }

    [Fact]
    public async Task The_websocket_ends_with_the_read()
    {
        await using var node = Node("ws", [Answer(1000)]);
        Assert.Equal((ushort)7, (await ReadAsync($"ws://127.0.0.1:{node.Port}")).Value);
        await _webSocketEnded.Task.WaitAsync(TimeSpan.FromSeconds(30), Ct);
    }

    [Fact]
    public async Task Whatever_follows_the_handshake_of_a_websocket_a_read_gives_the_uid_or_a_failure()
    {
        var answer = Answer(1000);
        using var node = new TcpListener(IPAddress.Loopback, 0);
        node.Start();
        // The first bit of a frame's kind says that the message ends; a ping may come in between.
        byte[][] whole =
        [
            Frame(0x81, answer),
            [.. Frame(0x01, answer[..300]), 0x89, 1, 0, .. Frame(0x00, answer[300..600]), 0x00, 0, .. Frame(0x80, answer[600..])],
        ];
        foreach (var frames in whole)
        {
            Assert.Equal((ushort)7, (await FollowAsync(node, frames)).Value);
        }

        ParserFuzzing.RunCostly(
            [.. whole, [0x88, 2, 3, 232], [0x81, 127, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, .. answer]],
            cost: 20,
            bytes =>
            {
                // Nothing is waited for but the other end of the connection.
                var read = FollowAsync(node, bytes).GetAwaiter().GetResult();
                Assert.True(read.Succeeded ? read.Value is null or < 4096 : read.Failure.Message.Length < 500, read.Failure?.Message);
            }
        );

        static byte[] Frame(byte kind, byte[] content) => [kind, 126, (byte)(content.Length >> 8), (byte)content.Length, .. content];
    }

    private async Task<ChainRead<ushort?>> FollowAsync(TcpListener node, byte[] frames)
    {
        var reading = ReadAsync($"ws://{node.LocalEndpoint}");
        using (var connection = await node.AcceptTcpClientAsync(Ct))
        {
            var stream = connection.GetStream();
            using var head = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
            var key = "";
            while (await head.ReadLineAsync(Ct) is { Length: > 0 } line)
            {
                key = line.StartsWith("Sec-WebSocket-Key: ", StringComparison.OrdinalIgnoreCase)
                    ? line["Sec-WebSocket-Key: ".Length..]
                    : key;
            }

#pragma warning disable CA5350 // The protocol of websockets says so.
            var accept = SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"));
#pragma warning restore CA5350
            var handshake =
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + $"Sec-WebSocket-Accept: {Convert.ToBase64String(accept)}\r\n\r\n";
            await stream.WriteAsync((byte[])[.. Encoding.ASCII.GetBytes(handshake), .. frames], Ct);
            connection.Client.Shutdown(SocketShutdown.Send);
            return await reading;
        }
    }

    /// <summary>That the uid is 7, after as many spaces as give the answer this length: without its end it is not JSON.</summary>
    private static byte[] Answer(int length)
    {
        var (count, uid) = (StorageKeys.SubnetworkN(Netuid), StorageKeys.Uids(Netuid, RecordedNode.Alice));
        var json = $$"""{"jsonrpc":"2.0","id":1,"result":[{"block":"","changes":[["{{count}}","0x3001"],["{{uid}}","0x0700"]]}]}""";
        return Encoding.UTF8.GetBytes(json.PadLeft(length));
    }

    private Task<ChainRead<ushort?>> ReadAsync(string url, ChainLimits? limits = null, HttpClient? http = null)
    {
        Assert.True(ChainEndpoints.TryParse(url, out var endpoints, out _));
        return new ChainClient(endpoints, http ?? _http, TimeProvider.System, limits).ReadUidAsync(Netuid, RecordedNode.Alice, Ct);
    }

    /// <summary>A node that answers in these pieces by HTTP or by websocket, and not by the other one.</summary>
    private StandInServer Node(string scheme, byte[][] pieces, bool hasLength = false, bool isWhole = true) =>
        new(context =>
            scheme == "ws" ? AnswerWebSocketAsync(context, pieces, isWhole) : AnswerPostAsync(context, pieces, hasLength, isWhole)
        );

    private static async Task AnswerPostAsync(HttpContext context, byte[][] pieces, bool hasLength, bool isWhole)
    {
        context.Response.ContentLength = hasLength ? pieces.Sum(piece => piece.Length) : null;
        foreach (var piece in pieces)
        {
            await context.Response.Body.WriteAsync(piece, context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
        }

        if (!isWhole)
        {
            context.Abort();
        }
    }

    private async Task AnswerWebSocketAsync(HttpContext context, byte[][] pieces, bool isWhole)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        await socket.ReceiveAsync(new byte[4096].AsMemory(), context.RequestAborted);
        for (var i = 0; i < pieces.Length; i++)
        {
            var isLast = isWhole && i == pieces.Length - 1;
            await socket.SendAsync(pieces[i].AsMemory(), WebSocketMessageType.Text, isLast, context.RequestAborted);
        }

        if (!isWhole)
        {
            context.Abort();
            return;
        }

        try
        {
            await WaitForEndAsync(socket, context.RequestAborted);
        }
        finally
        {
            _webSocketEnded.TrySetResult();
        }
    }

    /// <summary>Throws once the client has ended the connection.</summary>
    private static async Task WaitForEndAsync(WebSocket socket, CancellationToken aborted)
    {
        var buffer = new byte[4096];
        while (true)
        {
            await socket.ReceiveAsync(buffer.AsMemory(), aborted);
        }
    }

    private sealed class AnswerInMemory(byte[] answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent(answer) });
    }
}
