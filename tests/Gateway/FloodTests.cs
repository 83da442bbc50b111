using System.Net.Sockets;
using System.Text;
using Bittbridge.Gateway.Tests.Running;
using Bittbridge.Gateway.Tests.Wire;
using Bittbridge.Testing;

namespace Bittbridge.Gateway.Tests;

/// <summary>Strangers who send fast, or slowly, or much: it stops here, and a validator at another address is answered meanwhile.</summary>
public sealed class FloodTests(ITestOutputHelper output)
{
    private const string Stranger = "127.0.0.66";
    private const string Validator = "127.0.0.2";

    [Fact]
    public async Task A_flood_from_one_address_is_held_to_a_burst_while_another_address_is_answered()
    {
        await using var gateway = await RunningGateway.StartAsync();
        using var end = new CancellationTokenSource();
        var started = TimeProvider.System.GetTimestamp();
        var floods = Enumerable.Range(0, 4).Select(_ => FloodAsync(gateway, end.Token)).ToList();

        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(200, (await gateway.SendAsync(Requests.Challenge(), Validator)).Status);
            await Task.Delay(TimeSpan.FromMilliseconds(200), TestContext.Current.CancellationToken);
        }

        await end.CancelAsync();
        var answers = (await Task.WhenAll(floods)).SelectMany(answer => answer).ToList();
        var seconds = TimeProvider.System.GetElapsedTime(started).TotalSeconds;
        var passed = answers.Count(answer => answer.Status == 200);
        output.WriteLine($"{answers.Count} requests of a stranger in {seconds:0.0} s, {passed} passed on");
        Assert.InRange(passed, 20, 22 + (int)(5 * seconds));
        Assert.True(answers.Count > 3 * passed, $"{answers.Count} requests are no flood.");
        Assert.Every(answers, answer => Assert.True(answer.Status is 200 or 429, answer.Text));
        Assert.Equal(10 + passed, gateway.App.Accepted);
        var refused = answers.First(answer => answer.Status == 429);
        Assert.Equal("Too many requests from this address: wait a little and ask again.", refused.Message);
        Assert.Equal("429", refused.Header("bt_header_axon_status_code"));
        Assert.Empty(gateway.Nginx.Log("error.log"));
    }

    [Fact]
    public async Task One_address_has_so_many_challenges_under_way_and_no_more()
    {
        await using var gateway = await RunningGateway.StartAsync();
        var answer = new TaskCompletionSource();
        gateway.App.BeforeAnswer = answer.Task;

        var waiting = Enumerable.Range(0, 16).Select(_ => gateway.SendAsync(Requests.Challenge(), Stranger)).ToList();
        await Eventually.TrueAsync(() => gateway.App.Accepted == 16, () => $"{gateway.App.Accepted} reached the app.");
        var beyond = await gateway.SendAsync(Requests.Challenge(), Stranger);
        var honest = gateway.SendAsync(Requests.Challenge(), Validator);
        await Eventually.TrueAsync(() => gateway.App.Accepted == 17, () => "The validator's did not reach the app.");
        answer.SetResult();

        Assert.Equal(429, beyond.Status);
        Assert.Equal(200, (await honest).Status);
        Assert.Every(await Task.WhenAll(waiting), one => Assert.Equal(200, one.Status));
    }

    [Theory]
    [InlineData("nothing", "")]
    [InlineData("half a head", "POST /Challenge HTTP/1.1\r\nHost: a\r\nbt_header_")]
    [InlineData("half a body", "POST /Challenge HTTP/1.1\r\nHost: a\r\nContent-Length: 500\r\n\r\n{\"timestamp\":")]
    [InlineData("half a chunk", "POST /Challenge HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1f4\r\n{\"timestamp\":")]
    public async Task Whoever_sends_a_part_and_waits_is_hung_up_on_and_the_app_hears_nothing_of_it(string what, string part)
    {
        await using var gateway = await RunningGateway.StartAsync();
        var started = TimeProvider.System.GetTimestamp();
        using var client = await new TestCaller(Stranger).ConnectAsync(gateway.Nginx.Port);
        await client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(part), TestContext.Current.CancellationToken);

        var answer = await TestCaller.ReadAsync(client.GetStream());

        Assert.True(answer.Text.Length == 0, $"{what}: {answer.Text}");
        Assert.InRange(TimeProvider.System.GetElapsedTime(started).TotalSeconds, 1, 180);
        Assert.Equal(0, gateway.App.Accepted);
        Assert.Empty(gateway.Nginx.Log("error.log"));
    }

    [Fact]
    public async Task A_head_that_trickles_in_is_cut_off_after_its_time_however_steadily_it_comes()
    {
        await using var gateway = await RunningGateway.StartAsync();
        var started = TimeProvider.System.GetTimestamp();
        using var client = await new TestCaller(Stranger).ConnectAsync(gateway.Nginx.Port);
        using var over = new CancellationTokenSource(TimeSpan.FromMinutes(3));

        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await client.GetStream().WriteAsync("POST /Challenge HTTP/1.1\r\nHost: a\r\nbt_header_a: "u8.ToArray(), over.Token);
            while (true)
            {
                await client.GetStream().WriteAsync("x"u8.ToArray(), over.Token);
                await Task.Delay(TimeSpan.FromMilliseconds(200), over.Token);
            }
        });

        Assert.False(over.IsCancellationRequested, "It was not cut off.");
        Assert.InRange(TimeProvider.System.GetElapsedTime(started).TotalSeconds, 4, 180);
        Assert.Equal(0, gateway.App.Accepted);
    }

    [Fact]
    public async Task A_crowd_of_slow_bodies_from_one_address_does_not_keep_a_validator_out()
    {
        await using var gateway = await RunningGateway.StartAsync();
        List<TcpClient> crowd = [];
        try
        {
            for (var i = 0; i < 300; i++)
            {
                var client = await new TestCaller(Stranger).ConnectAsync(gateway.Nginx.Port);
                crowd.Add(client);
                await client
                    .GetStream()
                    .WriteAsync(
                        "POST /Challenge HTTP/1.1\r\nHost: a\r\nContent-Length: 500\r\n\r\n{"u8.ToArray(),
                        TestContext.Current.CancellationToken
                    );
            }

            Assert.Equal(200, (await gateway.SendAsync(Requests.Challenge(), Validator)).Status);
            Assert.Equal(1, gateway.App.Accepted);
        }
        finally
        {
            crowd.ForEach(client => client.Dispose());
        }
    }

    [Fact]
    public async Task A_crowd_of_1500_half_heads_from_one_address_neither_keeps_a_validator_out_nor_is_hung_up_on_to_let_it_in()
    {
        // On a busy machine the crowd may take as long to come as the gateway waits for a head.
        await using var gateway = await RunningGateway.StartAsync(patience: "60s");
        var crowd = new TcpClient[1500];
        try
        {
            for (var i = 0; i < crowd.Length; i++)
            {
                crowd[i] = await new TestCaller(Stranger).ConnectAsync(gateway.Nginx.Port);
                await crowd[i]
                    .GetStream()
                    .WriteAsync("POST /Challenge HTTP/1.1\r\nHost: a\r\nbt_header_"u8.ToArray(), TestContext.Current.CancellationToken);
            }

            var held = crowd.Count(IsOpen);
            for (var i = 0; i < 5; i++)
            {
                Assert.Equal(200, (await gateway.SendAsync(Requests.Challenge(), Validator)).Status);
            }

            output.WriteLine($"{held} half heads were held, {crowd.Count(IsOpen)} still after five answers");
            Assert.Equal(crowd.Length, held);
            Assert.Equal(crowd.Length, crowd.Count(IsOpen));
            Assert.Equal(5, gateway.App.Accepted);
            Assert.Empty(gateway.Nginx.Log("error.log"));
        }
        finally
        {
            Array.ForEach(crowd, client => client?.Dispose());
        }
    }

    [Fact]
    public async Task What_is_refused_leaves_no_line_in_any_log()
    {
        await using var gateway = await RunningGateway.StartAsync();
        string[] refused =
        [
            "nonsense\r\n\r\n",
            "GET /../x HTTP/1.1\r\nHost: a\r\n\r\n",
            "POST /Challenge HTTP/1.1\r\n\r\n",
            "POST /Challenge HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
            "POST /Challenge HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n",
            "POST /Challenge HTTP/1.1\r\nHost: a\r\na b: c\r\n\r\n",
            $"GET /?{new string('x', 40_000)} HTTP/1.1\r\nHost: a\r\n\r\n",
            "CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n",
            "TRACE / HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: ..\r\n\r\n",
            "GET / HTTP/3.0\r\nHost: a\r\n\r\n",
            "GET /etc/passwd HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
            "GET /unreadable HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
            $"bt_header: {new string('x', 40_000)}\r\n\r\n",
            $"POST /Challenge HTTP/1.1\r\nHost: a\r\nx: {new string('x', 40_000)}\r\n\r\n",
            Requests.Challenge(method: "GET"),
            Requests.Challenge("/Synapse"),
            Requests.Challenge(body: new string(' ', 20_000)),
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n",
            "PUT /Challenge HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n",
            "GET /../ HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n",
        ];

        foreach (var request in refused)
        {
            var answer = await gateway.SendAsync(
                request.Contains("close", StringComparison.Ordinal)
                    ? request
                    : request.Replace("\r\nHost: a\r\n", "\r\nHost: a\r\nConnection: close\r\n", StringComparison.Ordinal)
            );
            Assert.True(answer.Status is null or (>= 400 and <= 505 and not 500), answer.Text);
        }

        Assert.Empty(gateway.Nginx.Log("error.log"));
        Assert.Empty(gateway.Nginx.Log("miner.log"));
        Assert.Empty(gateway.Nginx.Log("access.log"));
        Assert.Equal(0, gateway.App.Accepted);
    }

    [Fact]
    public async Task A_challenge_leaves_one_line_without_its_query_its_headers_or_its_body()
    {
        await using var gateway = await RunningGateway.StartAsync();

        var answer = await gateway.SendAsync(
            Requests.Challenge(
                "/Challenge?secret-query",
                "{\"secret-body\":1}",
                headers:
                [
                    "User-Agent: secret-agent",
                    "Referer: secret-referer",
                    "bt_header_dendrite_signature: secret-signature",
                    "Cookie: secret-cookie",
                ]
            ),
            Validator
        );

        Assert.Equal(200, answer.Status);
        await Eventually.TrueAsync(() => gateway.Nginx.Log("miner.log").Count > 0, () => "There is no line.");
        Assert.Matches(
            @"^\d{4}-\d\d-\d\dT[\d:+-]+ 127\.0\.0\.2 200 took [\d.]+ s, the app 200 [\d.]+ s, \d+ bytes in, \d+ out$",
            Assert.Single(gateway.Nginx.Log("miner.log"))
        );
        Assert.Empty(gateway.Nginx.Log("access.log"));
        Assert.Empty(gateway.Nginx.Log("error.log"));
    }

    /// <summary>Nobody sends these callers anything, so what can be read is the end.</summary>
    private static bool IsOpen(TcpClient client) => !client.Client.Poll(0, SelectMode.SelectRead);

    private static async Task<List<WireAnswer>> FloodAsync(RunningGateway gateway, CancellationToken end)
    {
        List<WireAnswer> answers = [];
        while (!end.IsCancellationRequested)
        {
            answers.Add(await gateway.SendAsync(Requests.Challenge(), Stranger));
        }

        return answers;
    }
}
