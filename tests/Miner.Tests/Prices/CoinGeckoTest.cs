using Bittbridge.Miner.Prices.Source;
using Microsoft.AspNetCore.Http;

namespace Bittbridge.Miner.Tests.Prices;

/// <summary>A source that asks a stand-in on a real socket, by a clock that only the test moves.</summary>
public abstract class CoinGeckoTest : IAsyncDisposable
{
    private protected const string Key = "CG-0123456789abcdefghijkl";
    private protected const string Good = """{"tether":{"cny":7.1035,"usd":0.9998,"last_updated_at":1763469000}}""";

    private protected static readonly DateTimeOffset GoodTime = DateTimeOffset.FromUnixTimeSeconds(1763469000);

    private readonly HttpClient _http = new() { Timeout = Timeout.InfiniteTimeSpan };

    private protected WatchedClock Clock { get; } = new();

    private protected CoinGeckoStandIn Server { get; } = new();

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Server.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected static Task<PriceFetch> LatestAsync(CoinGeckoSource source, bool mayRetry = false) =>
        source.LatestAsync(mayRetry, TestContext.Current.CancellationToken);

    private protected static Task<PriceFetch> DayAsync(CoinGeckoSource source, bool mayRetry = false) =>
        source.LastDayAsync(mayRetry, TestContext.Current.CancellationToken);

    private protected CoinGeckoSource Source(string? key = Key) =>
        new(_http, new() { CoinGeckoBaseAddress = Server.Address, CoinGeckoApiKey = key }, Clock);

    private protected void Answer(
        int status,
        string body,
        string contentType = "application/json; charset=utf-8",
        string? retryAfter = null
    ) => Server.Answer(CoinGeckoStandIn.SimplePrice, status, body, contentType, retryAfter);

    private protected void AnswerCharts(string cny, string usd) =>
        Server.Answer(
            CoinGeckoStandIn.Chart,
            context =>
            {
                context.Response.ContentType = "application/json";
                return context.Response.WriteAsync(context.Request.Query["vs_currency"] == "cny" ? cny : usd, context.RequestAborted);
            }
        );
}
