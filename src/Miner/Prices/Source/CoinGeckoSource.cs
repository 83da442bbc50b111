using System.Text.Json;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Prices.Failures;

namespace Bittbridge.Miner.Prices.Source;

/// <summary>
/// CoinGecko's public API. One call of <c>simple/price</c>, the endpoint that validators use as the truth, returns both currencies; a chart
/// returns one currency a call.
/// </summary>
public sealed class CoinGeckoSource : IPriceSource
{
    private const string ProHost = "pro-api.coingecko.com";

    private static readonly Uri PublicAddress = new("https://api.coingecko.com/api/v3");

    private readonly JsonApi _api;
    private readonly string? _key;

    public CoinGeckoSource(HttpClient http, PriceSettings settings, TimeProvider clock)
    {
        var address = new Uri((settings.CoinGeckoBaseAddress ?? PublicAddress).AbsoluteUri.TrimEnd('/') + "/");
        _key = settings.CoinGeckoApiKey;
        var header = address.Host == ProHost ? "x-cg-pro-api-key" : "x-cg-demo-api-key";
        _api = new(http, "CoinGecko", address, _key is null ? null : (header, _key), clock);
    }

    public string Name => PriceSettings.CoinGecko;

    public PriceSeries Series => PriceSeries.Real;

    public bool StartsAfresh => false;

    public Task<PriceFetch> LatestAsync(bool mayRetry, CancellationToken ct) =>
        AskAsync(
            "simple/price?ids=tether&vs_currencies=cny,usd&precision=full&include_last_updated_at=true",
            body => [CoinGeckoJson.SimplePrice(body)],
            mayRetry,
            ct
        );

    public Task<PriceFetch> LastDayAsync(bool mayRetry, CancellationToken ct) => ChartAsync(1, mayRetry, ct);

    /// <summary>The prices of the last days: five minutes apart for one day, an hour apart for up to 90.</summary>
    /// <param name="days">How many.</param>
    /// <param name="mayRetry">Whether there are calls to spare for a second try.</param>
    /// <param name="ct">Cancels the call.</param>
    public async Task<PriceFetch> ChartAsync(int days, bool mayRetry, CancellationToken ct)
    {
        var cny = await AskAsync(
            Chart("cny", days),
            body => [.. CoinGeckoJson.MarketChart(body).Select(point => new QuotedPrice(point.Time, point.Price))],
            mayRetry,
            ct
        );
        if (cny.Failure is not null)
        {
            return cny;
        }

        // A failure of this call is ignored, because prices without USD are still useful.
        var usd = await AskAsync(
            Chart("usd", days),
            body => [.. CoinGeckoJson.MarketChart(body).Select(point => new QuotedPrice(point.Time, null, point.Price))],
            mayRetry: false,
            ct
        );
        var byTime = usd
            .Prices.Where(price => price.Usd is not null)
            .GroupBy(price => price.Time.ToUnixTimeSeconds() / 60)
            .ToDictionary(minute => minute.Key, minute => minute.First().Usd);
        return new(
            [.. cny.Prices.Select(price => price with { Usd = byTime.GetValueOrDefault(price.Time.ToUnixTimeSeconds() / 60) })],
            cny.Calls + usd.Calls
        );
    }

    private static string Chart(string currency, int days) =>
        $"coins/tether/market_chart?vs_currency={currency}&days={days}&precision=full";

    private async Task<PriceFetch> AskAsync(
        string path,
        Func<ReadOnlyMemory<byte>, IReadOnlyList<QuotedPrice>> read,
        bool mayRetry,
        CancellationToken ct
    )
    {
        var (reply, failure, calls) = await _api.AskAsync(path, mayRetry, ct);
        return reply is null ? PriceFetch.Failed(failure!, calls) : Fetch(reply, read, calls);
    }

    private static PriceFetch Failed(PriceFault fault, string detail, int calls) => PriceFetch.Failed(new(fault, detail), calls);

    private PriceFetch Fetch(ApiReply reply, Func<ReadOnlyMemory<byte>, IReadOnlyList<QuotedPrice>> read, int calls)
    {
        if (CoinGeckoFaults.Of(reply, _key) is { } failure)
        {
            return PriceFetch.Failed(failure, calls, reply.RetryAfter);
        }

        try
        {
            return new(read(reply.Body), calls);
        }
        catch (JsonException)
        {
            return Failed(PriceFault.NotTheApi, "CoinGecko answered with JSON that is cut off or not as documented", calls);
        }
    }
}
