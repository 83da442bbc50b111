using System.Net;
using System.Text;
using System.Text.Json;
using Bittbridge.Bittensor.Wire;
using Bittbridge.Miner.Forecasting;
using Bittbridge.Miner.Http;
using Bittbridge.Miner.Prices;
using Bittbridge.Miner.Tests.Forecasting;
using Bittbridge.Models;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Time.Testing;

namespace Bittbridge.Miner.Tests.Http;

public sealed class ChallengeEndpointTests
{
    private const string NotJson = "The body is not valid JSON, names a field twice or by no text, or is nested too deeply.";

    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    [Fact]
    public async Task A_validators_challenge_leaves_with_price_interval_and_the_protocols_headers()
    {
        await using var miner = await RunningMiner.StartAsync(FixedPrices.Until(Now));
        using var request = Challenge(Body(Now));
        request.Headers.Add("bt_header_dendrite_nonce", "1795358419179093758");
        request.Headers.Add("bt_header_axon_hotkey", "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty");

        using var response = await miner.Client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal("200", response.Headers.GetValues("bt_header_axon_status_code").Single());
        Assert.Equal("Success", response.Headers.GetValues("bt_header_axon_status_message").Single());
        Assert.Equal("1795358419179093758", response.Headers.GetValues("bt_header_dendrite_nonce").Single());
        Assert.Equal("coingecko", response.Headers.GetValues("x-bittbridge-price-source").Single());
        var answer = await JsonAsync(response);
        Assert.Equal(ChallengeTimestamp.Format(Now), answer.GetProperty("timestamp").GetString());
        Assert.InRange(answer.GetProperty("prediction").GetDouble(), 7.09, 7.11);
        var bounds = answer.GetProperty("interval").EnumerateArray().Select(bound => bound.GetDouble()).ToList();
        Assert.True(bounds[0] <= answer.GetProperty("prediction").GetDouble() && answer.GetProperty("prediction").GetDouble() <= bounds[1]);
        Assert.Equal("5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty", answer.GetProperty("axon").GetProperty("hotkey").GetString());
        Assert.Equal(JsonValueKind.Object, answer.GetProperty("dendrite").ValueKind);
    }

    [Fact]
    public async Task An_answer_says_how_long_it_took_in_seconds_and_when_it_left_in_nanoseconds()
    {
        var clock = new FakeTimeProvider(Now);
        var slow = new OddModel(
            (_, _, _) =>
            {
                clock.Advance(TimeSpan.FromMilliseconds(250));
                return new(new Forecast(7.1));
            }
        );
        await using var miner = await RunningMiner.StartAsync(
            FixedPrices.Until(Now),
            [("Bittbridge:Model", slow.Id.Name)],
            services => services.AddSingleton<IPredictionModel>(slow).Replace(ServiceDescriptor.Singleton<TimeProvider>(clock))
        );
        using var response = await miner.Client.SendAsync(Challenge(Body(Now)), TestContext.Current.CancellationToken);

        var axon = (await JsonAsync(response)).GetProperty("axon");
        Assert.Equal(0.25, axon.GetProperty("process_time").GetDouble());
        Assert.Equal($"{Now.AddMilliseconds(250).ToUnixTimeMilliseconds()}000000", axon.GetProperty("nonce").GetRawText());
        Assert.Equal("0.25", response.Headers.GetValues("bt_header_axon_process_time").Single());
        Assert.Equal(axon.GetProperty("nonce").GetRawText(), response.Headers.GetValues("bt_header_axon_nonce").Single());
    }

    [Fact]
    public async Task Without_prices_the_answer_is_null_in_time()
    {
        await using var miner = await RunningMiner.StartAsync(new FixedPrices());
        using var response = await miner.Client.SendAsync(Challenge(Body(Now)), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(JsonValueKind.Null, (await JsonAsync(response)).GetProperty("prediction").ValueKind);
    }

    [Theory]
    [InlineData("", "The body is empty: send the Challenge synapse as JSON.")]
    [InlineData("hello", NotJson)]
    [InlineData("[]", "The body is not a JSON object.")]
    [InlineData("{}", "The field 'timestamp' is missing or is not a text.")]
    [InlineData(
        """{"timestamp":"now"}""",
        "The field 'timestamp' is not an ISO 8601 date and time, such as 2026-11-23T10:05:00.000000+00:00."
    )]
    [InlineData(
        """{"timestamp":"2026-11-23T10:10:01Z"}""",
        "The timestamp 2026-11-23T10:10:01Z is more than 10 minutes from this miner's clock: it forecasts USDT/CNY one hour from now and "
            + "nothing else."
    )]
    [InlineData(
        """{"timestamp":"2026-11-23T09:30:01Z"}""",
        "The timestamp 2026-11-23T09:30:01Z is more than 10 minutes from this miner's clock: it forecasts USDT/CNY one hour from now and "
            + "nothing else."
    )]
    [InlineData(
        """{"timestamp":"2026-11-23T18:30:00+08:00"}""",
        "The timestamp 2026-11-23T18:30:00+08:00 is 30 min ahead of this miner's clock, which is another task: this miner forecasts "
            + "USDT/CNY one hour from now and nothing else."
    )]
    [InlineData(
        """{"timestamp":"2026-11-23T09:30:00Z"}""",
        "The timestamp 2026-11-23T09:30:00Z is 30 min back of this miner's clock, which is another task: this miner forecasts USDT/CNY "
            + "one hour from now and nothing else."
    )]
    [InlineData(
        """{"timestamp":"1970-01-01T00:00:00Z"}""",
        "The timestamp 1970-01-01T00:00:00Z is 498730 h back of this miner's clock, which is another task: this miner forecasts USDT/CNY "
            + "one hour from now and nothing else."
    )]
    [InlineData(
        """{"timestamp":"2100-01-01T00:00:00Z"}""",
        "The timestamp 2100-01-01T00:00:00Z is 640838 h ahead of this miner's clock, which is another task: this miner forecasts USDT/CNY "
            + "one hour from now and nothing else."
    )]
    public async Task A_challenge_that_can_not_be_answered_is_refused_with_a_sentence(string body, string sentence)
    {
        var now = new DateTimeOffset(2026, 11, 23, 10, 0, 0, TimeSpan.Zero);
        await using var miner = await RunningMiner.StartAsync(
            FixedPrices.Until(now),
            [],
            services => services.Replace(ServiceDescriptor.Singleton<TimeProvider>(new FakeTimeProvider(now)))
        );
        using var response = await miner.Client.SendAsync(Challenge(body), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("400", response.Headers.GetValues("bt_header_axon_status_code").Single());
        Assert.Equal(sentence, (await JsonAsync(response)).GetProperty("message").GetString());
    }

    [Fact]
    public async Task A_tolerance_of_part_of_a_minute_is_named_as_it_is_set()
    {
        var now = new DateTimeOffset(2026, 11, 23, 10, 0, 0, TimeSpan.Zero);
        await using var miner = await RunningMiner.StartAsync(
            FixedPrices.Until(now),
            [("Bittbridge:TimestampToleranceMinutes", "2.5")],
            services => services.Replace(ServiceDescriptor.Singleton<TimeProvider>(new FakeTimeProvider(now)))
        );
        using var response = await miner.Client.SendAsync(
            Challenge("""{"timestamp":"2026-11-23T10:02:31Z"}"""),
            TestContext.Current.CancellationToken
        );
        Assert.Equal(
            "The timestamp 2026-11-23T10:02:31Z is more than 2.5 minutes from this miner's clock: it forecasts USDT/CNY one hour from now "
                + "and nothing else.",
            (await JsonAsync(response)).GetProperty("message").GetString()
        );
    }

    [Fact]
    public async Task A_timestamp_is_good_within_the_tolerance_on_both_sides_and_not_beyond()
    {
        await using var miner = await RunningMiner.StartAsync(FixedPrices.Until(Now));
        foreach (var (minutes, status) in new[] { (-11, 400), (-9, 200), (9, 200), (11, 400) })
        {
            using var response = await miner.Client.SendAsync(
                Challenge(Body(TimeProvider.System.GetUtcNow().AddMinutes(minutes))),
                TestContext.Current.CancellationToken
            );
            Assert.Equal(status, (int)response.StatusCode);
        }
    }

    [Theory]
    [InlineData(16_384, 400, NotJson)]
    [InlineData(16_385, 413, "The body is larger than 16384 bytes.")]
    [InlineData(1_000_000, 413, "The body is larger than 16384 bytes.")]
    public async Task A_body_is_bounded_with_a_length_and_without_one(int size, int status, string sentence)
    {
        await using var miner = await RunningMiner.StartAsync(FixedPrices.Until(Now));
        foreach (var chunked in new[] { false, true })
        {
            using var request = Challenge(new string(' ', size));
            request.Headers.TransferEncodingChunked = chunked;
            using var response = await miner.Client.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.Equal((status, sentence), ((int)response.StatusCode, (await JsonAsync(response)).GetProperty("message").GetString()));
        }
    }

    [Fact]
    public async Task A_request_that_says_its_length_twice_is_refused_with_a_sentence()
    {
        await using var miner = await RunningMiner.StartAsync(FixedPrices.Until(Now));
        var answer = await miner.SendRawAsync(
            Encoding.ASCII.GetBytes(
                "POST /Challenge HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 2\r\nTransfer-Encoding: "
                    + "chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"
            )
        );
        Assert.StartsWith("HTTP/1.1 400", answer, StringComparison.Ordinal);
        Assert.Equal("The request says its length twice, by Content-Length and by Transfer-Encoding: send one of them.", Message(answer));
    }

    [Theory]
    [InlineData("POST", "/Nothing", "Nothing")]
    [InlineData("POST", "/", "")]
    [InlineData("POST", "/challenge", "challenge")]
    [InlineData("DELETE", "/health", "health")]
    public async Task Another_path_is_404_in_the_protocols_own_words(string method, string path, string name)
    {
        await using var miner = await RunningMiner.StartAsync(FixedPrices.Until(Now));
        using var request = new HttpRequestMessage(new(method), path);
        using var response = await miner.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal(
            $"Synapse name '{name}' not found. Available synapses ['Synapse', 'Challenge']",
            (await JsonAsync(response)).GetProperty("message").GetString()
        );
    }

    [Theory]
    [InlineData("/Challenge/", "Challenge")]
    [InlineData("//Challenge", "Challenge")]
    [InlineData("/Challenge//", "Challenge")]
    [InlineData("/Challenge/more", "Challenge")]
    [InlineData("/Synapse/", "Synapse")]
    [InlineData("//Synapse//", "Synapse")]
    public async Task A_path_that_resembles_a_synapses_is_answered_with_the_right_one(string path, string name)
    {
        await using var miner = await RunningMiner.StartAsync(FixedPrices.Until(Now));
        var answer = await miner.SendRawAsync(
            Encoding.ASCII.GetBytes($"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{{}}")
        );
        Assert.StartsWith("HTTP/1.1 404", answer, StringComparison.Ordinal);
        Assert.Equal($"Synapse name '{name}' is found at the path '/{name}' alone, not at '{path}'", Message(answer));
    }

    [Fact]
    public async Task A_name_in_a_refusal_holds_nothing_that_could_make_a_line_of_its_own_in_a_log()
    {
        await using var miner = await RunningMiner.StartAsync(FixedPrices.Until(Now));
        var answer = await miner.SendRawAsync(
            "POST /a%0Ab%1B[31m%C2%85 HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray()
        );
        Assert.Contains("404 Not Found", answer, StringComparison.Ordinal);
        Assert.Contains("Synapse name 'a?b?[31m?' not found", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("post")]
    [InlineData("Post")]
    [InlineData("PUT")]
    public async Task A_method_is_taken_by_its_exact_name(string method)
    {
        await using var miner = await RunningMiner.StartAsync(FixedPrices.Until(Now));
        var answer = await miner.SendRawAsync(
            Encoding.ASCII.GetBytes(
                $"{method} /Challenge HTTP/1.1\r\nHost: x\r\nContent-Length: {Body(Now).Length}\r\nConnection: close\r\n\r\n{Body(Now)}"
            )
        );
        Assert.StartsWith("HTTP/1.1 405", answer, StringComparison.Ordinal);
        Assert.Equal("Send the challenge with POST.", Message(answer));
    }

    [Theory]
    [InlineData("fffffffffffffffff")]
    [InlineData("-1")]
    [InlineData("zz")]
    public async Task A_chunk_of_an_impossible_size_is_refused_with_a_sentence(string size)
    {
        await using var miner = await RunningMiner.StartAsync(FixedPrices.Until(Now));
        var answer = await miner.SendRawAsync(
            Encoding.ASCII.GetBytes(
                "POST /Challenge HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: "
                    + $"close\r\n\r\n{size}\r\n{Body(Now)}\r\n0\r\n\r\n"
            )
        );
        Assert.StartsWith("HTTP/1.1 400", answer, StringComparison.Ordinal);
        Assert.Equal("The body could not be read: it is cut off or badly framed.", Message(answer));
    }

    [Fact]
    public async Task A_body_that_does_not_come_is_given_up_and_the_connection_with_it()
    {
        await using var miner = await RunningMiner.StartAsync(FixedPrices.Until(Now));
        var answer = await miner.SendRawAsync("POST /Challenge HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"u8.ToArray());
        Assert.StartsWith("HTTP/1.1 408", answer, StringComparison.Ordinal);
        Assert.Contains("Connection: close", answer, StringComparison.Ordinal);
        Assert.Equal("Response timeout after: 5s", Message(answer));
    }

    [Theory]
    [InlineData("/Challenge", "Send the challenge with POST.")]
    [InlineData("/Synapse", "Send the synapse with POST.")]
    public async Task The_route_takes_nothing_but_post(string path, string sentence)
    {
        await using var miner = await RunningMiner.StartAsync(FixedPrices.Until(Now));
        using var response = await miner.Client.GetAsync(path, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.Equal(["POST"], response.Content.Headers.Allow);
        Assert.Equal(sentence, (await JsonAsync(response)).GetProperty("message").GetString());
    }

    [Fact]
    public async Task A_body_that_is_cut_off_is_refused_or_the_connection_closed()
    {
        await using var miner = await RunningMiner.StartAsync(FixedPrices.Until(Now));
        var answer = await miner.SendRawAsync(
            "POST /Challenge HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 500\r\n\r\n{\"timestamp\":"u8.ToArray(),
            hangUp: true
        );
        Assert.True(answer.Length == 0 || answer.StartsWith("HTTP/1.1 400", StringComparison.Ordinal), answer);
    }

    [Fact]
    public async Task The_answer_is_recorded_as_it_was_sent()
    {
        var log = new RememberedForecasts();
        await using var miner = await RunningMiner.StartAsync(FixedPrices.Until(Now), log);
        using var response = await miner.Client.SendAsync(Challenge(Body(Now)), TestContext.Current.CancellationToken);
        var answer = await JsonAsync(response);
        while (log.Records.IsEmpty)
        {
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }

        var record = Assert.Single(log.Records);
        Assert.Equal(answer.GetProperty("prediction").GetDouble(), record.Forecast.Price);
        Assert.Equal("filtered-smoothers@1", record.Model.ToString());
        Assert.Equal(PriceSlot.NearestTo(record.MadeAt.AddHours(1)), record.Target);
    }

    [Fact]
    public async Task A_record_that_hangs_or_fails_neither_delays_nor_breaks_the_answer()
    {
        foreach (
            var before in new Func<CancellationToken, Task>[]
            {
                ct => Task.Delay(Timeout.Infinite, ct),
                _ => throw new Azure.RequestFailedException("down"),
            }
        )
        {
            await using var miner = await RunningMiner.StartAsync(FixedPrices.Until(Now), new RememberedForecasts { Before = before });
            using var response = await miner.Client.SendAsync(Challenge(Body(Now)), TestContext.Current.CancellationToken);
            Assert.Equal(JsonValueKind.Number, (await JsonAsync(response)).GetProperty("prediction").ValueKind);
        }
    }

    [Fact]
    public async Task The_invocation_of_a_host_that_may_freeze_the_process_ends_when_the_record_is_written()
    {
        var (begun, written) = (
            new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously),
            new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
        );
        var log = new RememberedForecasts
        {
            Before = _ =>
            {
                begun.SetResult();
                return written.Task;
            },
        };
        await using var miner = await RunningMiner.StartAsync(
            FixedPrices.Until(Now),
            [],
            services =>
                services
                    .Replace(ServiceDescriptor.Singleton<TimeProvider>(new FakeTimeProvider(Now)))
                    .Replace(ServiceDescriptor.Singleton<IForecastLog>(log))
        );
        var context = new DefaultHttpContext();
        context.Request.Method = "POST";
        context.Request.Path = "/Challenge";
        context.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes(Body(Now)));
        context.Response.Body = new MemoryStream();

        var invocation = miner.Services.GetRequiredService<MinerEndpoints>().ChallengeAsync(context);
        await begun.Task.WaitAsync(TimeSpan.FromMinutes(3), TestContext.Current.CancellationToken);
        Assert.False(invocation.IsCompleted);

        written.SetResult();
        await invocation.WaitAsync(TimeSpan.FromMinutes(3), TestContext.Current.CancellationToken);
        Assert.Equal((200, 1), (context.Response.StatusCode, log.Records.Count));
    }

    [Fact]
    public async Task An_unexpected_exception_is_a_500_with_an_id_and_without_details()
    {
        await using var miner = await RunningMiner.StartAsync(new ThrowingPrices());
        using var response = await miner.Client.SendAsync(Challenge(Body(Now)), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        var message = (await JsonAsync(response)).GetProperty("message").GetString()!;
        Assert.Matches("^Internal Server Error #[0-9a-f-]{36}$", message);
    }

    private static HttpRequestMessage Challenge(string body) =>
        new(HttpMethod.Post, "/Challenge") { Content = new StringContent(body, Encoding.UTF8, "application/json") };

    private static string Body(DateTimeOffset time) =>
        $$"""{"name":"Challenge","timeout":12.0,"total_size":0,"header_size":0,"dendrite":{},"axon":{},"computed_body_hash":"","timestamp":"{{ChallengeTimestamp.Format(time)}}","prediction":null,"interval":null}""";

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage response) =>
        JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement;

    /// <summary>The message of a refusal that came over a connection.</summary>
    private static string? Message(string answer) =>
        JsonDocument
            .Parse(answer[(answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..])
            .RootElement.GetProperty("message")
            .GetString();

    private sealed class ThrowingPrices : IPrices
    {
        public PriceSnapshot? InMemory => null;

        public string? LastReadFailure => null;

        public ValueTask<PriceSnapshot?> CurrentAsync(CancellationToken ct) => throw new InvalidOperationException("secret detail");
    }
}
