using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Bittbridge.Bittensor.Authentication;
using Bittbridge.Bittensor.Wire;
using Bittbridge.Miner.Access;
using Bittbridge.Miner.Challenges;
using Bittbridge.Miner.Tests.Forecasting;
using Bittbridge.Miner.Tests.Replay;
using Bittbridge.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner.Tests.Http;

/// <summary>Large and slow bodies against a miner whose listener has the limits of SelfHost.</summary>
public sealed class BodyFloodTests
{
    /// <summary>The size of a large body: far more than the buffers of both sockets hold.</summary>
    private const int Large = 29_000_000;

    private const string Bare = "HTTP/1.1 429 Too Many Requests";
    private const string TooLarge = """{"message":"The body is larger than 16384 bytes."}""";
    private const string NotFound =
        """{"message":"Synapse name \u0027Nothing\u0027 not found. Available synapses [\u0027Synapse\u0027, \u0027Challenge\u0027]"}""";

    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(60);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/Challenge", "HTTP/1.1 413 Payload Too Large", TooLarge)]
    [InlineData("/Nothing", "HTTP/1.1 404 Not Found", NotFound)]
    public async Task Neither_an_explained_nor_a_bare_refusal_reads_a_large_body_to_its_end(string path, string status, string message)
    {
        await using var miner = await StartAsync(connections: 100, settings: ("Bittbridge:Limits:PerSecond", "1"));
        List<string> statuses = [];
        while (!statuses.Contains(Bare))
        {
            using var client = await ConnectAsync(miner);
            var stream = client.GetStream();
            await SendAsync(stream, $"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {Large}\r\n\r\n");

            // The answer comes whole, and before the body.
            var (head, body) = await AnswerAsync(stream);
            Assert.Contains(head[0], (string[])[status, Bare]);
            Assert.Contains("Connection: close", head);
            Assert.Equal(head[0] == Bare ? "" : message, body);
            Assert.InRange(await PourAsync(stream), 0, 4_000_000);
            statuses.Add(head[0]);
        }

        Assert.Equal(status, statuses[0]);
    }

    [Fact]
    public async Task A_large_body_in_chunks_is_not_read_to_its_end()
    {
        await using var miner = await StartAsync(connections: 100);
        using var client = await ConnectAsync(miner);
        var stream = client.GetStream();
        await SendAsync(stream, $"POST /Challenge HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n{Large:x}\r\n");
        await stream.WriteAsync(new byte[32_768], Ct);

        // The answer comes whole, and before the rest of the body.
        var (head, body) = await AnswerAsync(stream);
        Assert.Equal("HTTP/1.1 413 Payload Too Large", head[0]);
        Assert.Contains("Connection: close", head);
        Assert.Equal(TooLarge, body);

        // The miner reads 64 KB, counted in whole parts of 16 KB, before it closes the connection.
        Assert.InRange(32_768 + await PourAsync(stream), 49_152, 4_000_000);
    }

    [Theory]
    [InlineData(false, null)]
    [InlineData(true, true)]
    public async Task A_refused_body_of_60_KB_is_read_to_its_end_and_the_connection_kept_if_the_length_was_announced(
        bool chunked,
        bool? isClosed
    )
    {
        await using var miner = await StartAsync(connections: 100);
        using var client = miner.Client;
        using var request = new HttpRequestMessage(HttpMethod.Post, "/Challenge") { Content = new ByteArrayContent(new byte[60_000]) };
        request.Headers.TransferEncodingChunked = chunked;
        using var response = await client.SendAsync(request, Ct);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Equal(isClosed, response.Headers.ConnectionClose);
        Assert.Equal(TooLarge, await response.Content.ReadAsStringAsync(Ct));
    }

    [Fact]
    public async Task Slow_bodies_on_every_connection_keep_no_caller_out()
    {
        using var log = new KeptLog();
        List<TcpClient> slow = [];
        await using (var miner = await StartAsync(connections: 8, services => services.AddSingleton<ILoggerProvider>(log)))
        {
            try
            {
                for (var i = 0; i < 8; i++)
                {
                    slow.Add(await ConnectAsync(miner));
                    var stream = slow[^1].GetStream();
                    await SendAsync(stream, "POST /Challenge HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 100\r\n\r\n");

                    // The miner says this when it waits for the body.
                    using var reader = new StreamReader(stream, leaveOpen: true);
                    Assert.Equal("HTTP/1.1 100 Continue", await reader.ReadLineAsync(Ct).AsTask().WaitAsync(MaxWait, Ct));
                    await SendAsync(stream, "{");
                }

                for (var i = 0; i < 4; i++)
                {
                    Assert.StartsWith("HTTP/1.1 200", await AskAsync(miner), StringComparison.Ordinal);
                }
            }
            finally
            {
                slow.ForEach(client => client.Dispose());
            }

            // It waits for the requests that run.
            await miner.Services.GetRequiredService<IHost>().StopAsync(Ct).WaitAsync(MaxWait, Ct);
        }

        // A request whose connection was closed for another is no unexpected failure.
        Assert.Equal(0, log.Count(3003));
    }

    [Fact]
    public async Task A_request_whose_body_has_arrived_is_never_displaced()
    {
        var access = new HeldAccess();
        await using var miner = await StartAsync(
            connections: 4,
            services => services.Replace(ServiceDescriptor.Singleton<IAccessPolicy>(access)),
            ("Bittbridge:Access", "signed"),
            ("Bittbridge:Hotkey", TestValidator.Miner.ToString()),
            ("Bittbridge:Replay", "memory")
        );
        using var alice = new TestValidator("//Alice");
        var answers = Enumerable.Range(0, 4).Select(_ => StatusAsync(miner, alice)).ToList();
        await Polling.UntilAsync(() => access.Asked == 4);

        // All connections are in use, so a new one is refused.
        Assert.Equal("", await AskAsync(miner));

        access.Release();
        Assert.Every(await Task.WhenAll(answers).WaitAsync(MaxWait, Ct), status => Assert.Equal(HttpStatusCode.OK, status));
    }

    [Fact]
    public async Task A_request_whose_connection_was_closed_for_another_as_its_body_ended_can_be_sent_again()
    {
        var held = new HeldRequest();
        await using var miner = await StartAsync(
            connections: 2,
            services => services.AddSingleton<IStartupFilter>(held),
            ("Bittbridge:Access", "signed"),
            ("Bittbridge:Hotkey", TestValidator.Miner.ToString()),
            ("Bittbridge:Replay", "memory")
        );
        using var alice = new TestValidator("//Alice");
        using var request = alice.Ask();
        using var again = TestValidator.Again(request);
        using var client = miner.Client;
        var answer = client.SendAsync(request, Ct);
        await held.Arrived.WaitAsync(MaxWait, Ct);

        // The second of these needs the place of the request, which is idle longest.
        using var one = await ConnectAsync(miner);
        using var two = await ConnectAsync(miner);
        await Assert.ThrowsAsync<HttpRequestException>(() => answer).WaitAsync(MaxWait, Ct);
        held.Release();
        await held.Ended.WaitAsync(MaxWait, Ct);
        Assert.True(held.WasAborted);

        using var response = await client.SendAsync(again, Ct);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    private static Task<RunningMiner> StartAsync(
        int connections,
        Action<IServiceCollection>? services = null,
        params (string Name, string Value)[] settings
    )
    {
        var limits = new ConnectionLimits(new(Connections: connections), null);
        return RunningMiner.StartAsync(
            FixedPrices.Until(TimeProvider.System.GetUtcNow()),
            settings,
            all =>
            {
                all.Configure<SocketTransportOptions>(ConnectionLimits.Configure);
                all.Configure<KestrelServerOptions>(kestrel =>
                {
                    limits.Configure(kestrel);
                    kestrel.ConfigureEndpointDefaults(limits.Configure);
                });
                services?.Invoke(all);
            }
        );
    }

    private static async Task<TcpClient> ConnectAsync(RunningMiner miner)
    {
        var client = new TcpClient { SendBufferSize = 65_536 };
        await client.ConnectAsync(miner.Address.Host, miner.Address.Port, Ct);
        return client;
    }

    private static async Task SendAsync(NetworkStream stream, string text) => await stream.WriteAsync(Encoding.ASCII.GetBytes(text), Ct);

    /// <summary>Sends a body until the miner closes the connection.</summary>
    /// <returns>How much of it the connection took.</returns>
    private static async Task<int> PourAsync(NetworkStream stream)
    {
        var part = new byte[16_384];
        var sent = 0;
        try
        {
            while (sent < Large)
            {
                await stream.WriteAsync(part, Ct).AsTask().WaitAsync(MaxWait, Ct);
                sent += part.Length;
            }
        }
        catch (IOException)
        {
            // The miner has closed it.
        }

        return sent;
    }

    /// <summary>The lines of an answer's head, and its body.</summary>
    private static async Task<(List<string> Head, string Body)> AnswerAsync(NetworkStream stream)
    {
        const string Announced = "Content-Length: ";
        using var reader = new StreamReader(stream, leaveOpen: true);
        List<string> head = [];
        while (await reader.ReadLineAsync(Ct).AsTask().WaitAsync(MaxWait, Ct) is { Length: > 0 } line)
        {
            head.Add(line);
        }

        var length = head.Single(line => line.StartsWith(Announced, StringComparison.Ordinal)).AsSpan(Announced.Length);
        var body = new char[int.Parse(length, CultureInfo.InvariantCulture)];
        var read = await reader.ReadBlockAsync(body, Ct).AsTask().WaitAsync(MaxWait, Ct);
        return (head, new(body, 0, read));
    }

    /// <summary>Asks on a connection of its own; nothing when it is closed without an answer.</summary>
    private static async Task<string> AskAsync(RunningMiner miner)
    {
        var body = $$"""{"timestamp":"{{ChallengeTimestamp.Format(TimeProvider.System.GetUtcNow())}}"}""";
        var request = $"POST /Challenge HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {body.Length}\r\n\r\n{body}";
        try
        {
            return await miner.SendRawAsync(Encoding.ASCII.GetBytes(request)).WaitAsync(MaxWait, Ct);
        }
        catch (SocketException)
        {
            // Turned away before the connect returned.
            return "";
        }
    }

    private static async Task<HttpStatusCode> StatusAsync(RunningMiner miner, TestValidator caller)
    {
        using var request = caller.Ask();
        using var response = await miner.Client.SendAsync(request, Ct);
        return response.StatusCode;
    }

    /// <summary>Permits every caller, but not before it is released.</summary>
    private sealed class HeldAccess : IAccessPolicy
    {
        private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _asked;

        public int Asked => Volatile.Read(ref _asked);

        public async ValueTask<Result<AccessGrant>> AuthorizeAsync(Caller caller, CancellationToken ct)
        {
            Interlocked.Increment(ref _asked);
            await _released.Task.WaitAsync(ct);
            return new AccessGrant(HasPermit: true);
        }

        public void Release() => _released.SetResult();
    }

    /// <summary>
    /// Holds the first request, whose whole body has arrived, before the miner gets it. The miner does not learn that its connection was
    /// closed.
    /// </summary>
    private sealed class HeldRequest : IStartupFilter
    {
        private readonly TaskCompletionSource _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _requests;

        public Task Arrived => _arrived.Task;

        public Task Ended => _ended.Task;

        public bool WasAborted { get; private set; }

        public void Release() => _released.SetResult();

        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) =>
            app =>
            {
                app.Use(
                    async (HttpContext context, RequestDelegate following) =>
                    {
                        if (Interlocked.Increment(ref _requests) > 1)
                        {
                            await following(context);
                            return;
                        }

                        using var body = new MemoryStream();
                        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
                        body.Position = 0;
                        context.Request.Body = body;
                        context.Features.Set<IHttpRequestLifetimeFeature>(new Lifetime(() => WasAborted = true));
                        _arrived.SetResult();
                        await _released.Task.WaitAsync(MaxWait);
                        try
                        {
                            await following(context);
                        }
                        finally
                        {
                            _ended.TrySetResult();
                        }
                    }
                );
                next(app);
            };

        private sealed class Lifetime(Action aborted) : IHttpRequestLifetimeFeature
        {
            public CancellationToken RequestAborted { get; set; }

            public void Abort() => aborted();
        }
    }
}
