using Bittbridge.Miner.Prices.Failures;
using Bittbridge.Miner.Prices.Source;
using Bittbridge.Models.Rates;

namespace Bittbridge.Miner.Tests.Prices.Rates;

public sealed class TwelveDataSourceTests : IAsyncDisposable
{
    private const string Key = "0123456789abcdef0123456789abcdef";
    private const string Path = "/api/v3/time_series";

    private const string Good = """
        {"meta":{"symbol":"USD/CNH","interval":"5min"},"values":[
          {"datetime":"2026-11-23 10:00:00","open":"7.09","high":"7.1","low":"7.08","close":"7.0955"},
          {"datetime":"2026-11-23 09:55:00","open":"7.09","high":"7.1","low":"7.08","close":"7.0944"}],"status":"ok"}
        """;

    private readonly HttpClient _http = new() { Timeout = Timeout.InfiniteTimeSpan };
    private readonly WatchedClock _clock = new();
    private readonly CoinGeckoStandIn _server = new();

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task A_bar_is_known_at_its_end_and_the_running_one_now()
    {
        _server.Answer(Path, 200, Good);

        var fetch = await FetchAsync(TimeSpan.FromMinutes(30));

        Assert.Null(fetch.Failure);
        Assert.Equal(
            [new RatePoint(_clock.GetUtcNow(), 7.0955), new RatePoint(new(2026, 11, 23, 10, 0, 0, TimeSpan.Zero), 7.0944)],
            fetch.Rates
        );
        var request = Assert.Single(_server.Requests);
        Assert.Equal("?symbol=USD/CNH&interval=5min&timezone=UTC&outputsize=7", request.Query);
        Assert.Equal($"apikey {Key}", request.Headers["Authorization"]);
    }

    [Theory]
    [InlineData(401, """{"code":401,"message":"the key","status":"error"}""", PriceFault.KeyInvalid)]
    [InlineData(200, """{"code":401,"message":"the key","status":"error"}""", PriceFault.KeyInvalid)]
    [InlineData(200, """{"code":403,"message":"plan","status":"error"}""", PriceFault.PlanTooSmall)]
    [InlineData(404, """{"code":404,"message":"symbol","status":"error"}""", PriceFault.NotFound)]
    [InlineData(400, """{"code":400,"message":"no","status":"error"}""", PriceFault.Refused)]
    [InlineData(302, "", PriceFault.Redirected)]
    [InlineData(200, """{"values":[],"status":"ok"}""", PriceFault.NoPrice)]
    [InlineData(200, """{"values":[null,{"datetime":"2026-11-23 10:00:00","close":"71"}],"status":"ok"}""", PriceFault.NoPrice)]
    [InlineData(200, """{"values":[{"datetime":"2026-11-23 11:00:00","close":"7.1"}],"status":"ok"}""", PriceFault.NoPrice)]
    [InlineData(200, """{"values":[{"datetime":"yesterday","close":"NaN"}],"status":"ok"}""", PriceFault.NoPrice)]
    [InlineData(200, """{"values":[{"datetime":"2026-11-23 10:0""", PriceFault.NotTheApi)]
    [InlineData(200, """{"values":7}""", PriceFault.NotTheApi)]
    [InlineData(200, """{"price":"7.1"}""", PriceFault.NotTheApi)]
    public async Task An_answer_without_a_rate_is_a_failure_with_a_code_and_a_remedy(int status, string body, PriceFault fault)
    {
        _server.Answer(Path, status, body);

        var fetch = await FetchAsync(TimeSpan.FromMinutes(30));

        Assert.Empty(fetch.Rates);
        Assert.Equal(fault, fetch.Failure!.Fault);
        Assert.Contains("Twelve", fetch.Failure.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("CoinGecko", fetch.Failure.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("the key\"", fetch.Failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Too_many_calls_are_not_repeated_before_the_wait_that_was_asked_for()
    {
        _server.Answer(Path, 429, """{"code":429,"message":"credits","status":"error"}""", retryAfter: "60");

        var fetch = await FetchAsync(TimeSpan.FromMinutes(30));

        Assert.Equal((PriceFault.TooManyCallsOfKey, 1, TimeSpan.FromSeconds(60)), (fetch.Failure!.Fault, fetch.Calls, fetch.RetryAfter));
    }

    [Fact]
    public async Task A_page_or_too_large_an_answer_is_not_the_api()
    {
        _server.Answer(Path, 200, "<html>", "text/html");
        Assert.Equal(PriceFault.NotTheApi, (await FetchAsync(TimeSpan.FromMinutes(30))).Failure!.Fault);

        _server.Answer(Path, context => context.Response.Body.WriteAsync(new byte[3 * 1024 * 1024]).AsTask());
        Assert.Equal(PriceFault.NotTheApi, (await FetchAsync(TimeSpan.FromMinutes(30))).Failure!.Fault);
    }

    [Fact]
    public async Task A_span_of_weeks_asks_for_no_more_than_the_api_gives()
    {
        _server.Answer(Path, 200, Good);
        await FetchAsync(TimeSpan.FromDays(300));
        Assert.EndsWith("outputsize=5000", Assert.Single(_server.Requests).Query, StringComparison.Ordinal);
    }

    private Task<RateFetch> FetchAsync(TimeSpan span) =>
        new TwelveDataSource(_http, new() { TwelveDataBaseAddress = _server.Address, TwelveDataApiKey = Key }, _clock).LatestAsync(
            span,
            TestContext.Current.CancellationToken
        );
}
