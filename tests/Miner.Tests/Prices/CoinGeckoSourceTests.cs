using System.Net.Sockets;
using Bittbridge.Miner.Prices.Source;
using Bittbridge.Testing;

namespace Bittbridge.Miner.Tests.Prices;

public sealed class CoinGeckoSourceTests : CoinGeckoTest
{
    [Fact]
    public async Task The_newest_price_has_both_currencies_and_its_own_time_in_one_call()
    {
        Answer(200, Good);
        var fetch = await LatestAsync(Source());

        Assert.Equal([new QuotedPrice(GoodTime, 7.1035, 0.9998)], fetch.Prices);
        Assert.Equal((1, null, null), (fetch.Calls, fetch.Failure?.Detail, fetch.RetryAfter));
        var request = Assert.Single(Server.Requests);
        Assert.Equal("?ids=tether&vs_currencies=cny,usd&precision=full&include_last_updated_at=true", request.Query);
        Assert.Equal("application/json", request.Headers["Accept"]);
        Assert.StartsWith("Bittbridge", request.Headers["User-Agent"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_day_joins_the_charts_of_both_currencies()
    {
        AnswerCharts(
            """{"prices":[[1763469000123,7.1],[1763469300456,7.2],[1763469600789,null]]}""",
            """{"prices":[[1763469001000,0.999],[1763469600000,1.001]],"market_caps":[]}"""
        );
        var fetch = await DayAsync(Source());

        Assert.Equal([new(Ms(1763469000123), 7.1, 0.999), new(Ms(1763469300456), 7.2), new(Ms(1763469600789), null, 1.001)], fetch.Prices);
        Assert.Equal((2, null), (fetch.Calls, fetch.Failure?.Detail));
        Assert.Equal(
            ["?vs_currency=cny&days=1&precision=full", "?vs_currency=usd&days=1&precision=full"],
            Server.Requests.Select(request => request.Query)
        );
        Assert.Every(Server.Requests, request => Assert.Equal(CoinGeckoStandIn.Chart, request.Path));
    }

    [Fact]
    public async Task A_day_without_USD_is_worth_having()
    {
        AnswerCharts("""{"prices":[[1763469000123,7.1]]}""", "{}");
        var fetch = await DayAsync(Source());

        Assert.Equal([new(Ms(1763469000123), 7.1)], fetch.Prices);
        Assert.Equal((2, null), (fetch.Calls, fetch.Failure?.Detail));
    }

    [Fact]
    public async Task A_day_without_CNY_is_a_failure_and_USD_is_not_asked_for()
    {
        Server.Answer(CoinGeckoStandIn.Chart, 404, """{"error":"coin not found"}""");
        var fetch = await DayAsync(Source());

        Assert.Empty(fetch.Prices);
        Assert.Equal((1, "CoinGecko answered 404 (coin not found)"), (fetch.Calls, fetch.Failure?.Detail));
    }

    [Theory]
    [InlineData("""{"prices":[["then",7.1],[1763469000123],[-1,7.1],[1e300,7.1],7,[1763469000123,7.1,1],[1763469000123,7.1]]}""")]
    public async Task An_invalid_point_of_a_chart_is_skipped(string chart)
    {
        AnswerCharts(chart, """{"prices":[]}""");
        Assert.Equal([new(Ms(1763469000123), 7.1)], (await DayAsync(Source())).Prices);
    }

    [Fact]
    public async Task A_key_goes_in_the_demo_header_and_never_in_the_query()
    {
        Answer(200, Good);
        AnswerCharts("""{"prices":[]}""", """{"prices":[]}""");
        var source = Source(Key);
        await LatestAsync(source);
        await DayAsync(source);

        Assert.Equal(3, Server.Requests.Count);
        Assert.Every(
            Server.Requests,
            request =>
            {
                Assert.Equal(Key, request.Headers["x-cg-demo-api-key"]);
                Assert.False(request.Headers.ContainsKey("x-cg-pro-api-key"));
                Assert.DoesNotContain(Key, request.Query, StringComparison.Ordinal);
            }
        );
    }

    [Fact]
    public async Task The_pro_host_gets_the_pro_header()
    {
        Answer(200, Good);
        using var handler = new SocketsHttpHandler { ConnectCallback = ConnectToStandInAsync };
        using var http = new HttpClient(handler);
        var fetch = await LatestAsync(
            new(http, new() { CoinGeckoBaseAddress = new("http://pro-api.coingecko.com/api/v3/"), CoinGeckoApiKey = Key }, Clock)
        );

        Assert.Null(fetch.Failure?.Detail);
        var request = Assert.Single(Server.Requests);
        Assert.Equal((Key, CoinGeckoStandIn.SimplePrice), (request.Headers["x-cg-pro-api-key"], request.Path));
        Assert.False(request.Headers.ContainsKey("x-cg-demo-api-key"));
    }

    [Fact]
    public async Task Without_a_key_there_is_no_key_header()
    {
        Answer(200, Good);
        await LatestAsync(Source(key: null));
        Assert.DoesNotContain(
            Assert.Single(Server.Requests).Headers.Keys,
            name => name.StartsWith("x-cg", StringComparison.OrdinalIgnoreCase)
        );
    }

    private static DateTimeOffset Ms(long unixMs) => DateTimeOffset.FromUnixTimeMilliseconds(unixMs);

    private async ValueTask<Stream> ConnectToStandInAsync(SocketsHttpConnectionContext context, CancellationToken ct)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(Server.Address.Host, Server.Address.Port, ct);
        return new NetworkStream(socket, ownsSocket: true);
    }
}
