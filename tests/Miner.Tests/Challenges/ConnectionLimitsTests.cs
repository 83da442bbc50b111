using System.Net;
using System.Net.Sockets;
using System.Text;
using Bittbridge.Miner.Challenges;
using Bittbridge.Miner.Configuration;
using Bittbridge.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Bittbridge.Miner.Tests.Challenges;

/// <summary>Crowds of connections on real sockets.</summary>
public sealed class ConnectionLimitsTests
{
    /// <summary>The size of a large answer: far more than the buffers of both sockets hold.</summary>
    private const int Large = 16_777_216;

    /// <summary>Whose connections the second listener takes all of its own for.</summary>
    private static readonly IPAddress Stranger = new([203, 0, 113, 7]);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public void The_server_gets_the_limits_that_are_documented()
    {
        var kestrel = new KestrelServerOptions();
        new ConnectionLimits(new(), 1_048_576).Configure(kestrel);
        Assert.Equal(
            (TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(10), 4000L),
            (kestrel.Limits.KeepAliveTimeout, kestrel.Limits.RequestHeadersTimeout, kestrel.Limits.MaxConcurrentConnections)
        );
        Assert.Equal((16 * 1024, 64), (kestrel.Limits.MaxRequestHeadersTotalSize, kestrel.Limits.MaxRequestHeaderCount));
        var sockets = new SocketTransportOptions();
        ConnectionLimits.Configure(sockets);
        Assert.Equal((65_536L, 65_536L), (kestrel.Limits.MaxRequestBodySize, sockets.MaxReadBufferSize));
    }

    [Theory]
    [InlineData(2000, null, 2000)]
    [InlineData(2000, 1_048_576L, 2000)]
    [InlineData(2000, 512L, 170)]
    [InlineData(100, 512L, 100)]
    [InlineData(100, 1L, 1)]
    public void There_are_never_more_connections_than_a_third_of_the_descriptors(int wanted, long? descriptors, int total) =>
        Assert.Equal(total, new ConnectionLimits(new(Connections: wanted), descriptors).Total);

    [Fact]
    public void The_system_says_how_many_descriptors_there_may_be()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux says it in a file.");
        Assert.InRange(ConnectionLimits.Descriptors()!.Value, 64, long.MaxValue);
    }

    [Theory]
    [InlineData("203.0.113.9", "203.0.113.9")]
    [InlineData("::ffff:203.0.113.9", "203.0.113.9")]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::")]
    [InlineData("2001:db8:1:2:ffff::1", "2001:db8:1:2::")]
    [InlineData("2001:db8:1:3::1", "2001:db8:1:3::")]
    [InlineData("fe80::1%3", "fe80::")]
    [InlineData("::1", "::1")]
    [InlineData("127.0.0.1", "127.0.0.1")]
    public void Addresses_of_one_IPv6_network_have_one_share(string address, string share) =>
        Assert.Equal(IPAddress.Parse(share), ConnectionLimits.ShareOf(IPAddress.Parse(address)));

    [Fact]
    public async Task An_idle_connection_is_closed_in_time()
    {
        await using var server = await StartAsync(new(), TimeSpan.FromMilliseconds(300));
        using var idle = await ConnectAsync(server);
        Assert.Equal(0, await EndAsync(idle));
    }

    [Fact]
    public async Task A_new_caller_is_answered_while_many_connections_are_idle()
    {
        await using var server = await StartAsync(new(Connections: 100), TimeSpan.FromMinutes(10));
        List<Socket> crowd = [];
        try
        {
            for (var i = 0; i < 500; i++)
            {
                crowd.Add(await ConnectAsync(server));
                if (i % 50 == 0)
                {
                    Assert.StartsWith("HTTP/1.1 200", await AskAsync(server), StringComparison.Ordinal);
                }
            }

            // Half a request's headers are idle too.
            foreach (var socket in crowd.Skip(450))
            {
                await SendAsync(socket, "GET / HTTP/1.1\r\nHost: x\r\nX-");
            }

            Assert.StartsWith("HTTP/1.1 200", await AskAsync(server), StringComparison.Ordinal);

            // Those that had been idle longest went. The server may take neighbors in another order than they connected, so the last of
            // the 400 may still be open in place of a later one.
            foreach (var socket in crowd.Take(380))
            {
                Assert.Equal(0, await EndAsync(socket));
            }
        }
        finally
        {
            crowd.ForEach(socket => socket.Dispose());
        }
    }

    [Fact]
    public async Task A_connection_whose_request_is_worked_on_is_never_closed_for_another()
    {
        var release = new TaskCompletionSource();
        using var began = new SemaphoreSlim(0);
        await using var server = await StartAsync(new(Connections: 4), TimeSpan.FromMinutes(10), release.Task, began);
        var busy = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => ConnectAsync(server)));
        foreach (var socket in busy)
        {
            await SendAsync(socket, "GET /slow HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        }

        for (var i = 0; i < busy.Length; i++)
        {
            await began.WaitAsync(Ct);
        }

        // All connections are in use, so a new one is refused.
        Assert.Equal("", await AskAsync(server));

        release.SetResult();
        foreach (var socket in busy)
        {
            Assert.StartsWith("HTTP/1.1 200", await AnswerAsync(socket), StringComparison.Ordinal);
            socket.Dispose();
        }

        while (!(await AskAsync(server)).StartsWith("HTTP/1.1 200", StringComparison.Ordinal))
        {
            Ct.ThrowIfCancellationRequested();
        }
    }

    [Fact]
    public async Task An_answer_that_is_still_being_sent_arrives_whole_when_its_connection_is_closed_for_another()
    {
        await using var server = await StartAsync(new(Connections: 1), TimeSpan.FromMinutes(10), clock: new FakeTimeProvider());
        using var answered = await ConnectAsync(server);
        await AskForLargeAsync(server, answered);

        var answer = await AnswerAsync(answered);
        Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal);
        Assert.Equal(16_777_216, answer.Length - answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) - 4);
    }

    [Fact]
    public async Task A_connection_that_is_closed_for_another_has_a_second_to_send_its_answer()
    {
        var clock = new FakeTimeProvider();
        await using var server = await StartAsync(new(Connections: 1), TimeSpan.FromMinutes(10), clock: clock);
        using var answered = await ConnectAsync(server);
        var closed = await AskForLargeAsync(server, answered);

        clock.Advance(TimeSpan.FromMilliseconds(999));
        Assert.False(closed.IsCancellationRequested);
        clock.Advance(TimeSpan.FromMilliseconds(1));
        await Polling.UntilAsync(() => closed.IsCancellationRequested);
    }

    [Fact]
    public async Task One_address_has_its_share_and_no_more_and_displaces_only_its_own()
    {
        await using var server = await StartAsync(new(Connections: 1000, ConnectionsPerAddress: 5), TimeSpan.FromMinutes(10));
        using var other = await ConnectAsync(server);
        List<Socket> crowd = [];
        try
        {
            for (var i = 0; i < 20; i++)
            {
                crowd.Add(await ConnectAsync(server, asStranger: true));
            }

            // Neighbors may be accepted in another order than they connected in, so which fifteen are displaced is open.
            var answers = crowd.ConvertAll(AnswerAsync);
            while (answers.Where(answer => !answer.IsCompleted).ToList() is { Count: > 5 } open)
            {
                await Task.WhenAny(open).WaitAsync(TimeSpan.FromSeconds(60), Ct);
            }

            Assert.Every(answers.Where(answer => answer.IsCompleted), answer => Assert.Equal("", answer.Result));
            await SendAsync(other, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
            Assert.StartsWith("HTTP/1.1 200", await AnswerAsync(other), StringComparison.Ordinal);
            var kept = answers.FindIndex(answer => !answer.IsCompleted);
            await SendAsync(crowd[kept], "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
            Assert.StartsWith("HTTP/1.1 200", await answers[kept], StringComparison.Ordinal);
        }
        finally
        {
            crowd.ForEach(socket => socket.Dispose());
        }
    }

    private static async Task<WebApplication> StartAsync(
        LimitSettings settings,
        TimeSpan keepAlive,
        Task? release = null,
        SemaphoreSlim? began = null,
        TimeProvider? clock = null
    )
    {
        var limits = new ConnectionLimits(settings, null, clock);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();

        // The work on a request ends before its answer is sent, however large the answer is.
        builder.Services.Configure<SocketTransportOptions>(sockets => sockets.MaxWriteBufferSize = null);
        var large = new TaskCompletionSource<CancellationToken>(TaskCreationOptions.RunContinuationsAsynchronously);
        builder.Services.AddSingleton(large);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            limits.Configure(kestrel);
            kestrel.Limits.KeepAliveTimeout = keepAlive;

            // Without HTTP/1.1, no test would get an answer.
            kestrel.ConfigureEndpointDefaults(listen => listen.Protocols = HttpProtocols.Http2);
            kestrel.Listen(IPAddress.Loopback, 0, limits.Configure);
            kestrel.Listen(
                IPAddress.Loopback,
                0,
                listen =>
                {
                    listen.Use(next =>
                        connection =>
                        {
                            connection.RemoteEndPoint = new IPEndPoint(Stranger, 50_000);
                            return next(connection);
                        }
                    );
                    limits.Configure(listen);
                }
            );
        });
        var app = builder.Build();
        ConnectionLimits.Configure(app);
        app.MapGet("/", () => "here");
        app.MapGet(
            "/slow",
            async (HttpContext context) =>
            {
                began?.Release();
                await (release ?? Task.CompletedTask).WaitAsync(context.RequestAborted);
                return "late";
            }
        );
        app.MapGet(
            "/large",
            async (HttpContext context) =>
            {
                large.SetResult(context.Features.GetRequiredFeature<IConnectionLifetimeFeature>().ConnectionClosed);
                context.Response.ContentLength = Large;
                await context.Response.Body.WriteAsync(new byte[Large], context.RequestAborted);
            }
        );
        await app.StartAsync(Ct);
        return app;
    }

    /// <summary>Asks for a large answer, and has the connection closed for another while the answer is being sent.</summary>
    /// <returns>The token that is canceled when the connection is closed.</returns>
    private static async Task<CancellationToken> AskForLargeAsync(WebApplication server, Socket socket)
    {
        await SendAsync(socket, "GET /large HTTP/1.1\r\nHost: x\r\n\r\n");
        var large = server.Services.GetRequiredService<TaskCompletionSource<CancellationToken>>();
        var closed = await large.Task.WaitAsync(TimeSpan.FromSeconds(60), Ct);
        await Polling.UntilAsync(async () => (await AskAsync(server)).StartsWith("HTTP/1.1 200", StringComparison.Ordinal));
        return closed;
    }

    /// <summary>Connects from the loopback, or as if from <see cref="Stranger"/>.</summary>
    private static async Task<Socket> ConnectAsync(WebApplication server, bool asStranger = false)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, new Uri(server.Urls.ElementAt(asStranger ? 1 : 0)).Port, Ct);
        return socket;
    }

    private static async Task<string> AskAsync(WebApplication server)
    {
        try
        {
            using var socket = await ConnectAsync(server);
            await SendAsync(socket, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
            return await AnswerAsync(socket);
        }
        catch (SocketException)
        {
            // Turned away before the connect returned.
            return "";
        }
    }

    private static async Task SendAsync(Socket socket, string text)
    {
        try
        {
            await socket.SendAsync(Encoding.ASCII.GetBytes(text), Ct);
        }
        catch (SocketException)
        {
            // It was closed before.
        }
    }

    private static async Task<string> AnswerAsync(Socket socket)
    {
        var answer = new StringBuilder();
        var buffer = new byte[4096];
        try
        {
            while (await socket.ReceiveAsync(buffer, Ct).AsTask().WaitAsync(TimeSpan.FromSeconds(60), Ct) is > 0 and var count)
            {
                answer.Append(Encoding.ASCII.GetString(buffer, 0, count));
            }
        }
        catch (SocketException)
        {
            // What came before counts.
        }

        return answer.ToString();
    }

    /// <summary>Waits until the server closes.</summary>
    private static async Task<int> EndAsync(Socket socket) => (await AnswerAsync(socket)).Length;
}
