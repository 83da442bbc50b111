using System.Globalization;
using System.Text.Json;
using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace Bittbridge.Miner;

/// <summary>CoinGecko's public API. One call of <c>simple/price</c> has both currencies, from the endpoint that validators take the truth from; a chart has one currency a call.</summary>
public sealed class CoinGeckoSource : IPriceSource
{
    private const string ProHost = "pro-api.coingecko.com";
    private const int LargestReply = 2 * 1024 * 1024;

    private static readonly Uri PublicAddress = new("https://api.coingecko.com/api/v3");

    private readonly HttpClient _http;
    private readonly TimeProvider _clock;
    private readonly Uri _address;
    private readonly string? _key;
    private readonly ResiliencePipeline<CoinGeckoReply> _pipeline;

    public CoinGeckoSource(HttpClient http, PriceSettings settings, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(settings);
        (_http, _clock) = (http, clock);
        _address = new((settings.CoinGeckoBaseAddress ?? PublicAddress).AbsoluteUri.TrimEnd('/') + "/");
        _key = settings.CoinGeckoApiKey;
        _pipeline = CoinGeckoPipeline.Build(clock);
    }

    public string Name => PriceSettings.CoinGecko;

    public PriceSeries Series => PriceSeries.Real;

    public bool StartsAfresh => false;

    public Task<PriceFetch> LatestAsync(bool mayRetry, CancellationToken ct) =>
        AskAsync("simple/price?ids=tether&vs_currencies=cny,usd&precision=full&include_last_updated_at=true", body => [CoinGeckoJson.SimplePrice(body)], mayRetry, ct);

    public async Task<PriceFetch> LastDayAsync(bool mayRetry, CancellationToken ct)
    {
        var cny = await AskAsync(Chart("cny"), body => [.. CoinGeckoJson.MarketChart(body).Select(point => new QuotedPrice(point.Time, point.Price))], mayRetry, ct).ConfigureAwait(false);
        if (cny.Failure is not null)
        {
            return cny;
        }

        // What USDT costs in USD is worth keeping; a day without it is worth having.
        var usd = await AskAsync(Chart("usd"), body => [.. CoinGeckoJson.MarketChart(body).Select(point => new QuotedPrice(point.Time, null, point.Price))], mayRetry: false, ct).ConfigureAwait(false);
        var byTime = usd.Prices.Where(price => price.Usd is not null).GroupBy(price => price.Time.ToUnixTimeSeconds() / 60).ToDictionary(minute => minute.Key, minute => minute.First().Usd);
        return new([.. cny.Prices.Select(price => price with { Usd = byTime.GetValueOrDefault(price.Time.ToUnixTimeSeconds() / 60) })], cny.Calls + usd.Calls);
    }

    private static string Chart(string currency) => $"coins/tether/market_chart?vs_currency={currency}&days=1&precision=full";

    private async Task<PriceFetch> AskAsync(string path, Func<ReadOnlyMemory<byte>, IReadOnlyList<QuotedPrice>> read, bool mayRetry, CancellationToken ct)
    {
        var calls = 0;
        var context = ResilienceContextPool.Shared.Get(ct);
        context.Properties.Set(CoinGeckoPipeline.MayRetry, mayRetry);
        try
        {
            var reply = await _pipeline.ExecuteAsync(
                async attempt =>
                {
                    calls++;
                    return await SendAsync(path, attempt.CancellationToken).ConfigureAwait(false);
                },
                context).ConfigureAwait(false);
            return Judge(reply, read, calls);
        }
        catch (TimeoutRejectedException)
        {
            return PriceFetch.Failed("CoinGecko did not answer in time", calls);
        }
        catch (BrokenCircuitException)
        {
            return PriceFetch.Failed($"CoinGecko was not asked{(calls > 0 ? " again" : "")}: it failed five times in a row", calls);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            return PriceFetch.Failed($"CoinGecko is out of reach: {exception.Message.Split('\n')[0].TrimEnd('.')}", calls);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private PriceFetch Judge(CoinGeckoReply reply, Func<ReadOnlyMemory<byte>, IReadOnlyList<QuotedPrice>> read, int calls)
    {
        if (reply.Status != 200)
        {
            var words = reply.IsJson && CoinGeckoJson.Error(reply.Body, _key) is { Length: > 0 } error ? $" ({error})" : "";
            return PriceFetch.Failed($"CoinGecko answered {reply.Status.ToString(CultureInfo.InvariantCulture)}{words}{Remedy(reply.Status, words)}", calls, reply.RetryAfter);
        }

        if (!reply.IsJson)
        {
            return PriceFetch.Failed("CoinGecko answered with a page instead of JSON", calls);
        }

        try
        {
            return new(read(reply.Body), calls);
        }
        // The latter for half a surrogate pair in a name, which parses and can't be read.
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return PriceFetch.Failed("CoinGecko answered with JSON that is cut off or not as documented", calls);
        }
    }

    private static string Remedy(int status, string words) => status switch
    {
        401 or 403 when words.Contains("10010", StringComparison.Ordinal) => ": a pro key goes with Bittbridge:CoinGecko:BaseAddress https://pro-api.coingecko.com/api/v3",
        401 or 403 when words.Contains("10011", StringComparison.Ordinal) => ": a demo key goes without Bittbridge:CoinGecko:BaseAddress",
        401 => ": set Bittbridge:CoinGecko:ApiKey to a key that is valid",
        _ => "",
    };

    private async Task<CoinGeckoReply> SendAsync(string path, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_address, path));
        request.Headers.Accept.ParseAdd("application/json");
        request.Headers.UserAgent.ParseAdd("Bittbridge.Serverless/1.0");
        if (_key is not null)
        {
            request.Headers.Add(_address.Host == ProHost ? "x-cg-pro-api-key" : "x-cg-demo-api-key", _key);
        }

        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct).ConfigureAwait(false);
        var isJson = response.Content.Headers.ContentType?.MediaType?.EndsWith("json", StringComparison.OrdinalIgnoreCase) == true;
        return new((int)response.StatusCode, isJson, await ReadAsync(response.Content, ct).ConfigureAwait(false), RetryAfter(response));
    }

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpContent content, CancellationToken ct)
    {
        await using var stream = await content.ReadAsStreamAsync(ct).ConfigureAwait(false);
        using var whole = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int count;
        while ((count = await stream.ReadAsync(buffer, ct).ConfigureAwait(false)) > 0)
        {
            if (whole.Length + count > LargestReply)
            {
                throw new HttpRequestException("the reply is larger than any price list");
            }

            whole.Write(buffer, 0, count);
        }

        return whole.ToArray();
    }

    private TimeSpan? RetryAfter(HttpResponseMessage response)
    {
        var asked = response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - _clock.GetUtcNow(),
            _ => (TimeSpan?)null,
        };
        return asked < TimeSpan.Zero ? TimeSpan.Zero : asked;
    }
}
