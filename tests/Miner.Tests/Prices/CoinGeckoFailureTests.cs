using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Bittbridge.Miner.Tests;

public sealed class CoinGeckoFailureTests : CoinGeckoTest
{
    private const string Html = "text/html; charset=utf-8";
    private const string NotAsDocumented = "CoinGecko answered with JSON that is cut off or not as documented";

    [Theory]
    [InlineData(401, """{"status":{"error_code":10002,"error_message":"API Key Missing"}}""", "CoinGecko answered 401 (10002 API Key Missing): set Bittbridge:CoinGecko:ApiKey to a key that is valid")]
    [InlineData(401, """{"error":{"status":{"error_code":10005,"error_message":"not in your plan"}}}""", "CoinGecko answered 401 (10005 not in your plan): set Bittbridge:CoinGecko:ApiKey to a key that is valid")]
    [InlineData(401, """{"error":"unauthorized"}""", "CoinGecko answered 401 (unauthorized): set Bittbridge:CoinGecko:ApiKey to a key that is valid")]
    [InlineData(403, """{"status":{"error_code":403,"error_message":"forbidden"}}""", "CoinGecko answered 403 (403 forbidden)")]
    [InlineData(403, """{"error":{"status":{"error_message":"forbidden"}}}""", "CoinGecko answered 403 (forbidden)")]
    [InlineData(404, """{"error":"coin not found"}""", "CoinGecko answered 404 (coin not found)")]
    [InlineData(429, """{"status":{"error_code":429,"error_message":"You've exceeded the Rate Limit."}}""", "CoinGecko answered 429 (429 You've exceeded the Rate Limit.)")]
    [InlineData(500, """{"error":"internal"}""", "CoinGecko answered 500 (internal)")]
    public async Task An_error_is_told_in_the_words_of_any_of_its_three_shapes(int status, string body, string failure)
    {
        Answer(status, body);
        Assert.Equal(failure, await FailureAsync());
    }

    [Fact]
    public async Task An_error_of_several_lines_is_told_on_one()
    {
        Answer(404, """{"error":"coin\r\nnot\nfound"}""");
        Assert.Equal("CoinGecko answered 404 (coin not found)", await FailureAsync());
    }

    [Theory]
    [InlineData(401, 10010, "https://pro-api.coingecko.com/api/v3")]
    [InlineData(403, 10010, "https://pro-api.coingecko.com/api/v3")]
    [InlineData(401, 10011, "without Bittbridge:CoinGecko:BaseAddress")]
    [InlineData(403, 10011, "without Bittbridge:CoinGecko:BaseAddress")]
    public async Task A_key_at_the_wrong_host_is_told_with_the_remedy(int status, int code, string remedy)
    {
        Answer(status, $$$"""{"status":{"error_code":{{{code}}},"error_message":"wrong host"}}""");
        var failure = await FailureAsync();
        Assert.StartsWith($"CoinGecko answered {status} ({code} wrong host): ", failure, StringComparison.Ordinal);
        Assert.Contains(remedy, failure, StringComparison.Ordinal);
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
    public async Task An_error_without_words_is_told_by_its_status(string body)
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
    public async Task A_page_of_the_network_in_between_is_no_answer(int status, string failure)
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
    public async Task What_is_not_as_documented_is_refused_whole(string body)
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
        Assert.Equal(NotAsDocumented, (await DayAsync(Source())).Failure);
    }

    [Theory]
    [InlineData("""{"tether":{"cny":null,"usd":0.9998,"last_updated_at":1763469000}}""", null, 0.9998)]
    [InlineData("""{"tether":{"usd":0.9998,"last_updated_at":1763469000}}""", null, 0.9998)]
    [InlineData("""{"tether":{"cny":"7.1","usd":0.9998,"last_updated_at":1763469000}}""", null, 0.9998)]
    [InlineData("""{"tether":{"cny":7.1,"usd":null,"last_updated_at":1763469000}}""", 7.1, null)]
    [InlineData("""{"tether":{"cny":0,"usd":-1,"last_updated_at":1763469000}}""", 0.0, -1.0)]
    public async Task A_single_value_that_is_none_is_left_to_the_check(string body, double? cny, double? usd)
    {
        Answer(200, body);
        Assert.Equal([new(GoodTime, cny, usd)], (await LatestAsync(Source())).Prices);
    }

    [Fact]
    public async Task A_connection_that_closes_at_once_is_out_of_reach()
    {
        Server.Answer(CoinGeckoStandIn.SimplePrice, context =>
        {
            context.Abort();
            return Task.CompletedTask;
        });
        Assert.StartsWith("CoinGecko is out of reach: ", await FailureAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_that_closes_in_the_middle_is_out_of_reach()
    {
        Server.Answer(CoinGeckoStandIn.SimplePrice, async context =>
        {
            (context.Response.ContentType, context.Response.ContentLength) = ("application/json", 1_000);
            await context.Response.WriteAsync(Good, context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            context.Abort();
        });
        Assert.StartsWith("CoinGecko is out of reach: ", await FailureAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_out_of_reach()
    {
        var source = Source();
        await Server.DisposeAsync();
        var fetch = await LatestAsync(source);
        Assert.StartsWith("CoinGecko is out of reach: ", fetch.Failure, StringComparison.Ordinal);
        Assert.Equal(1, fetch.Calls);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(404)]
    public async Task A_reply_larger_than_two_megabytes_is_not_read_to_its_end(int status)
    {
        Answer(status, Good + new string(' ', 2 * 1024 * 1024));
        Assert.Equal("CoinGecko is out of reach: the reply is larger than any price list", await FailureAsync());
    }

    [Fact]
    public async Task A_reply_of_two_megabytes_is_read()
    {
        Answer(200, Good + new string(' ', (2 * 1024 * 1024) - Good.Length));
        Assert.Null((await LatestAsync(Source())).Failure);
    }

    [Theory]
    [InlineData("")]
    [InlineData("The words before it take up the room that there is, so that it would be cut in the middle: the words before it do. This is the wrong key: ")]
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
        await using var other = await CoinGeckoStandIn.StartAsync();
        other.Answer(CoinGeckoStandIn.SimplePrice, 200, Good);
        Server.Answer(CoinGeckoStandIn.SimplePrice, context =>
        {
            (context.Response.StatusCode, context.Response.Headers.Location) = (status, $"{other.Address}/simple/price{context.Request.QueryString}");
            return Task.CompletedTask;
        });
        var settings = new MinerSettings { Storage = new("minerstate"), Prices = new() { Source = PriceSettings.CoinGecko, CoinGeckoBaseAddress = Server.Address, CoinGeckoApiKey = Key } };
        await using var services = new ServiceCollection().AddSingleton(settings).AddSingleton<TimeProvider>(Clock).AddPrices().BuildServiceProvider();

        var fetch = await services.GetRequiredService<IPriceSource>().LatestAsync(mayRetry: true, TestContext.Current.CancellationToken);

        Assert.Equal((1, $"CoinGecko answered {status}"), (fetch.Calls, fetch.Failure));
        Assert.Empty(fetch.Prices);
        Assert.Equal(Key, Assert.Single(Server.Requests).Headers["x-cg-demo-api-key"]);
        Assert.Empty(other.Requests);
    }

    /// <summary>The words of the failure, which never hold the key, come with no price.</summary>
    private async Task<string> FailureAsync()
    {
        var fetch = await LatestAsync(Source());
        Assert.Empty(fetch.Prices);
        Assert.Equal(1, fetch.Calls);
        Assert.NotNull(fetch.Failure);
        Assert.DoesNotContain(Key, fetch.Failure, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', fetch.Failure);
        return fetch.Failure;
    }
}
