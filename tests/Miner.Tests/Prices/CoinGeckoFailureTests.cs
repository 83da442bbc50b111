using System.Net;
using System.Net.Sockets;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Prices;
using Bittbridge.Miner.Prices.Failures;
using Bittbridge.Miner.Prices.Source;
using Bittbridge.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Bittbridge.Miner.Tests.Prices;

public sealed class CoinGeckoFailureTests : CoinGeckoTest
{
    private const string Html = "text/html; charset=utf-8";
    private const string NotAsDocumented = "CoinGecko answered with JSON that is cut off or not as documented";

    // The key of the miner is sent in all of them.
    [Theory]
    [InlineData(
        401,
        """{"status":{"error_code":10002,"error_message":"API Key Missing"}}""",
        PriceFault.KeyInvalid,
        "401 (10002 API Key Missing)"
    )]
    [InlineData(
        401,
        """{"error":{"status":{"error_code":10005,"error_message":"not in your plan"}}}""",
        PriceFault.PlanTooSmall,
        "401 (10005 not in your plan)"
    )]
    [InlineData(401, """{"error":"unauthorized"}""", PriceFault.KeyInvalid, "401 (unauthorized)")]
    [InlineData(403, """{"status":{"error_code":403,"error_message":"forbidden"}}""", PriceFault.KeyInvalid, "403 (403 forbidden)")]
    [InlineData(403, """{"error":{"status":{"error_message":"forbidden"}}}""", PriceFault.KeyInvalid, "403 (forbidden)")]
    [InlineData(404, """{"error":"coin not found"}""", PriceFault.NotFound, "404 (coin not found)")]
    [InlineData(
        429,
        """{"status":{"error_code":429,"error_message":"You've exceeded the Rate Limit."}}""",
        PriceFault.TooManyCallsOfKey,
        "429 (429 You've exceeded the Rate Limit.)"
    )]
    [InlineData(500, """{"error":"internal"}""", PriceFault.ServerTrouble, "500 (internal)")]
    [InlineData(400, """{"status":{"error_code":429}}""", PriceFault.TooManyCallsOfKey, "400 (429)")]
    [InlineData(403, """{"status":{"error_code":429}}""", PriceFault.TooManyCallsOfKey, "403 (429)")]
    [InlineData(500, """{"status":{"error_code":429}}""", PriceFault.TooManyCallsOfKey, "500 (429)")]
    [InlineData(400, """{"status":{"error_code":10011,"error_message":"\ud800"}}""", PriceFault.DemoKeyAtProHost, "400 (10011)")]
    [InlineData(
        400,
        """{"timestamp":"t","error_code":10011,"status":{"error_message":"wrong root","error_code":10011}}""",
        PriceFault.DemoKeyAtProHost,
        "400 (10011 wrong root)"
    )]
    [InlineData(
        400,
        """{"error_code":10010,"status":{"error_message":"wrong root"}}""",
        PriceFault.ProKeyAtPublicHost,
        "400 (10010 wrong root)"
    )]
    [InlineData(
        401,
        """{"status":{"error_code":10010,"error_message":"wrong host"}}""",
        PriceFault.ProKeyAtPublicHost,
        "401 (10010 wrong host)"
    )]
    [InlineData(
        403,
        """{"status":{"error_code":"10011","error_message":"wrong host"}}""",
        PriceFault.DemoKeyAtProHost,
        "403 (10011 wrong host)"
    )]
    [InlineData(400, """{"error":"missing parameter vs_currencies"}""", PriceFault.Refused, "400 (missing parameter vs_currencies)")]
    [InlineData(
        200,
        """{"status":{"error_code":429,"error_message":"Rate Limit"}}""",
        PriceFault.TooManyCallsOfKey,
        "200 (429 Rate Limit)"
    )]
    [InlineData(
        200,
        """{"status":{"error_code":10011,"error_message":"wrong root"}}""",
        PriceFault.DemoKeyAtProHost,
        "200 (10011 wrong root)"
    )]
    [InlineData(200, """{"error":{"status":{"error_code":10005,"error_message":"plan"}}}""", PriceFault.PlanTooSmall, "200 (10005 plan)")]
    [InlineData(200, """{"status":{"error_code":503,"error_message":"busy"}}""", PriceFault.ServerTrouble, "200 (503 busy)")]
    [InlineData(200, """{"error":"something"}""", PriceFault.Refused, "200 (something)")]
    [InlineData(200, """{"error_code":77}""", PriceFault.Refused, "200 (77)")]
    public async Task The_code_determines_the_fault_and_the_status_only_without_a_code(
        int status,
        string body,
        PriceFault fault,
        string words
    )
    {
        Answer(status, body);
        Assert.Equal(new(fault, $"CoinGecko answered {words}"), (await LatestAsync(Source())).Failure);
    }

    [Theory]
    [InlineData(429, "Throttled", PriceFault.TooManyCalls, "429")]
    [InlineData(429, "error code: 1015", PriceFault.TooManyCalls, "429 (error code 1015)")]
    [InlineData(403, "error code: 1020", PriceFault.AddressBlocked, "403 (error code 1020)")]
    [InlineData(403, "error code: 1015\n", PriceFault.TooManyCalls, "403 (error code 1015)")]
    [InlineData(403, "error code: none", PriceFault.AddressBlocked, "403")]
    [InlineData(502, "Bad Gateway", PriceFault.ServerTrouble, "502")]
    [InlineData(407, "proxy", PriceFault.NotTheApi, "407")]
    public async Task A_proxy_before_CoinGecko_may_answer_in_plain_text(int status, string body, PriceFault fault, string words)
    {
        Answer(status, body, "text/plain");
        Assert.Equal(new(fault, $"CoinGecko answered {words}"), (await LatestAsync(Source(key: null))).Failure);
    }

    [Theory]
    [InlineData("""{"status":{"error_code":10002,"error_message":"API Key Missing"}}""", 401, PriceFault.KeyMissing)]
    [InlineData("""{}""", 401, PriceFault.KeyMissing)]
    [InlineData("""{}""", 403, PriceFault.AddressBlocked)]
    public async Task Without_a_key_the_remedy_is_another(string body, int status, PriceFault fault)
    {
        Answer(status, body);
        Assert.Equal(fault, (await LatestAsync(Source(key: null))).Failure?.Fault);
    }

    [Fact]
    public void Every_fault_that_is_CoinGeckos_or_the_networks_has_a_remedy_of_one_line_and_no_sentence_says_that_what_answered_is_out_of_reach()
    {
        PriceFault[] without = [PriceFault.Unknown, PriceFault.NotAsked, PriceFault.NotBelieved, PriceFault.Storage];
        Assert.Every(
            Enum.GetValues<PriceFault>(),
            fault =>
            {
                var failure = new PriceFailure(fault, "It failed");
                Assert.Equal(without.Contains(fault), failure.Remedy is null);
                Assert.DoesNotContain('\n', failure.ToString());
                Assert.StartsWith("It failed", failure.ToString(), StringComparison.Ordinal);
                Assert.Equal(
                    fault is PriceFault.Unreachable or PriceFault.TimedOut,
                    failure.ToString().Contains("reach CoinGecko", StringComparison.Ordinal)
                );
            }
        );
    }

    [Fact]
    public async Task A_byte_order_mark_before_the_JSON_is_read_over()
    {
        Server.Answer(
            CoinGeckoStandIn.SimplePrice,
            async context =>
            {
                context.Response.ContentType = "application/json";
                await context.Response.Body.WriteAsync(
                    (byte[])[0xef, 0xbb, 0xbf, .. System.Text.Encoding.UTF8.GetBytes(Good)],
                    context.RequestAborted
                );
            }
        );
        Assert.Equal([new(GoodTime, 7.1035, 0.9998)], (await LatestAsync(Source())).Prices);
    }

    [Fact]
    public async Task An_error_of_several_lines_becomes_one_line()
    {
        Answer(404, """{"error":"coin\r\nnot\nfound"}""");
        Assert.Equal("CoinGecko answered 404 (coin not found)", await FailureAsync());
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""[]""")]
    [InlineData("""null""")]
    [InlineData("""{"error":null}""")]
    [InlineData("""{"status":7}""")]
    [InlineData("""{"status":{}}""")]
    [InlineData("""{"error":{"status":[]}}""")]
    [InlineData("""{"error":""")]
    [InlineData("""{"error":"\ud800"}""")]
    [InlineData("""{"status":{"error_message":"\ud800"}}""")]
    [InlineData("")]
    public async Task An_error_without_a_message_is_described_by_its_status(string body)
    {
        Answer(404, body);
        Assert.Equal("CoinGecko answered 404", await FailureAsync());
    }

    [Fact]
    public async Task An_error_with_many_words_is_cut_short()
    {
        Answer(404, $$"""{"error":"{{new string('x', 5_000)}}"}""");
        Assert.InRange((await FailureAsync()).Length, 100, 250);
    }

    [Theory]
    [InlineData(200, "CoinGecko answered with a page instead of JSON")]
    [InlineData(403, "CoinGecko answered 403")]
    public async Task A_page_of_the_network_in_between_is_not_an_answer(int status, string failure)
    {
        Answer(status, "<!DOCTYPE html><title>Just a moment...</title>", Html);
        Assert.Equal(failure, await FailureAsync());
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""{"tether":{}}""")]
    [InlineData("""{"tether":[7.1]}""")]
    [InlineData("""{"tether":{"cny":7.1}}""")]
    [InlineData("""{"tether":{"cny":7.1,"last_updated_at":"now"}}""")]
    [InlineData("""{"tether":{"cny":7.1,"last_updated_at":null}}""")]
    [InlineData("""{"tether":{"cny":7.1,"last_updated_at":-5}}""")]
    [InlineData("""{"tether":{"cny":7.1,"last_updated_at":9223372036854775807}}""")]
    [InlineData("""{"tether":{"cny":7.1,"last_updated_at":1.5}}""")]
    [InlineData("""{"te\ud800tether":{}}""")]
    [InlineData("""{"tether":{"cny":NaN,"usd":1,"last_updated_at":1763469000}}""")]
    [InlineData("""{"tether":{"cny":7.1,"usd":0.99""")]
    public async Task An_undocumented_format_is_rejected_as_a_whole(string body)
    {
        Answer(200, body);
        Assert.Equal(NotAsDocumented, await FailureAsync());
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"prices":{}}""")]
    [InlineData("""{"prices":[[1763469000123,NaN]]}""")]
    [InlineData("""{"prices":[[1763469000123,7.1]""")]
    public async Task A_chart_that_is_not_as_documented_is_refused_whole(string body)
    {
        Server.Answer(CoinGeckoStandIn.Chart, 200, body);
        Assert.Equal(new(PriceFault.NotTheApi, NotAsDocumented), (await DayAsync(Source())).Failure);
    }

    [Theory]
    [InlineData("""{"tether":{"cny":null,"usd":0.9998,"last_updated_at":1763469000}}""", null, 0.9998)]
    [InlineData("""{"tether":{"usd":0.9998,"last_updated_at":1763469000}}""", null, 0.9998)]
    [InlineData("""{"tether":{"cny":"7.1","usd":0.9998,"last_updated_at":1763469000}}""", null, 0.9998)]
    [InlineData("""{"tether":{"cny":7.1,"usd":null,"last_updated_at":1763469000}}""", 7.1, null)]
    [InlineData("""{"tether":{"cny":0,"usd":-1,"last_updated_at":1763469000}}""", 0.0, -1.0)]
    public async Task A_single_invalid_value_is_left_to_the_check(string body, double? cny, double? usd)
    {
        Answer(200, body);
        Assert.Equal([new(GoodTime, cny, usd)], (await LatestAsync(Source())).Prices);
    }

    [Fact]
    public async Task A_connection_that_closes_at_once_can_not_be_reached()
    {
        Server.Answer(
            CoinGeckoStandIn.SimplePrice,
            context =>
            {
                context.Abort();
                return Task.CompletedTask;
            }
        );
        Assert.StartsWith("CoinGecko can't be reached: ", await FailureAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_that_closes_in_the_middle_broke_off()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = AnswerOnceAsync(listener, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n" + Good);
        using var http = new HttpClient();
        var fetch = await LatestAsync(new(http, new() { CoinGeckoBaseAddress = new($"http://{listener.LocalEndpoint}/api/v3") }, Clock));
        await serving;
        Assert.Equal(PriceFault.BrokeOff, fetch.Failure?.Fault);
        Assert.StartsWith("CoinGecko's answer broke off: ", fetch.Failure!.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HTTP/1.1 in the log\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nin the log\r\n")]
    public async Task What_is_sent_in_place_of_HTTP_is_not_in_the_failure(string answer)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = AnswerOnceAsync(listener, answer);
        using var http = new HttpClient();
        var fetch = await LatestAsync(new(http, new() { CoinGeckoBaseAddress = new($"http://{listener.LocalEndpoint}/api/v3") }, Clock));
        await serving;
        Assert.Equal(new(PriceFault.NotTheApi, "CoinGecko's address answered with something other than HTTP"), fetch.Failure);
    }

    [Fact]
    public async Task A_server_that_is_not_there_can_not_be_reached()
    {
        var source = Source();
        await Server.DisposeAsync();
        var fetch = await LatestAsync(source);
        Assert.StartsWith("CoinGecko can't be reached: ", fetch.Failure?.Detail, StringComparison.Ordinal);
        Assert.Equal(1, fetch.Calls);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(404)]
    public async Task A_reply_larger_than_two_megabytes_is_not_read_to_its_end(int status)
    {
        Answer(status, Good + new string(' ', 2 * 1024 * 1024));
        Assert.Equal("CoinGecko answered with more than any price list holds", await FailureAsync());
    }

    [Fact]
    public async Task A_reply_of_two_megabytes_is_read()
    {
        Answer(200, Good + new string(' ', (2 * 1024 * 1024) - Good.Length));
        Assert.Null((await LatestAsync(Source())).Failure);
    }

    [Theory]
    [InlineData("")]
    [InlineData(
        "The words before it take up the room that there is, so that it would be cut in the middle: the words before it do. This is the "
            + "wrong key: "
    )]
    public async Task A_server_that_repeats_the_key_does_not_bring_it_into_the_log(string words)
    {
        Answer(401, $$"""{"error":"{{words}}{{Key}} is no key"}""");
        var failure = await FailureAsync();
        Assert.DoesNotContain(Key[..6], failure, StringComparison.Ordinal);
        Assert.StartsWith("CoinGecko answered 401", failure, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task A_redirect_is_a_failure_and_takes_the_key_to_no_other_host(int status)
    {
        await using var other = new CoinGeckoStandIn();
        other.Answer(CoinGeckoStandIn.SimplePrice, 200, Good);
        Server.Answer(
            CoinGeckoStandIn.SimplePrice,
            context =>
            {
                (context.Response.StatusCode, context.Response.Headers.Location) = (
                    status,
                    $"{other.Address}/simple/price{context.Request.QueryString}"
                );
                return Task.CompletedTask;
            }
        );
        var settings = new MinerSettings
        {
            Storage = new("minerstate"),
            Prices = new()
            {
                Source = PriceSettings.CoinGecko,
                CoinGeckoBaseAddress = Server.Address,
                CoinGeckoApiKey = Key,
            },
        };
        await using var services = new ServiceCollection()
            .AddSingleton(settings)
            .AddSingleton<TimeProvider>(Clock)
            .AddPrices()
            .BuildServiceProvider();

        var fetch = await services.GetRequiredService<IPriceSource>().LatestAsync(mayRetry: true, TestContext.Current.CancellationToken);

        Assert.Equal((1, $"CoinGecko answered {status}"), (fetch.Calls, fetch.Failure?.Detail));
        Assert.Empty(fetch.Prices);
        Assert.Equal(Key, Assert.Single(Server.Requests).Headers["x-cg-demo-api-key"]);
        Assert.Empty(other.Requests);
    }

    /// <summary>Answers with less than was announced, and closes as politely as one can.</summary>
    private static async Task AnswerOnceAsync(TcpListener listener, string answer)
    {
        using var client = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        var stream = client.GetStream();
        Assert.NotEqual(0, await stream.ReadAsync(new byte[4096], TestContext.Current.CancellationToken));
        await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(answer), TestContext.Current.CancellationToken);
        client.Client.Shutdown(SocketShutdown.Send);
        while (await stream.ReadAsync(new byte[4096], TestContext.Current.CancellationToken) > 0)
        {
            // The caller closes in its turn.
        }
    }

    /// <summary>What happened, in words, which never hold the key, come with no price.</summary>
    private async Task<string> FailureAsync()
    {
        var fetch = await LatestAsync(Source());
        Assert.Empty(fetch.Prices);
        Assert.Equal(1, fetch.Calls);
        Assert.NotNull(fetch.Failure);
        Assert.DoesNotContain(Key, fetch.Failure.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(fetch.Failure.ToString(), char.IsControl);
        return fetch.Failure.Detail;
    }
}
