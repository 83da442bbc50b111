using System.Text.Json;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Prices.Failures;
using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace Bittbridge.Miner.Prices.Source;

/// <summary>
/// CoinGecko's public API. One call of <c>simple/price</c>, the endpoint that validators use as the truth, returns both currencies; a chart
/// returns one currency a call.
/// </summary>
public sealed class CoinGeckoSource : IPriceSource
{
    private const string ProHost = "pro-api.coingecko.com";
    private const int MaxReplyBytes = 2 * 1024 * 1024;

    private static readonly Uri PublicAddress = new("https://api.coingecko.com/api/v3");

    private readonly HttpClient _http;
    private readonly TimeProvider _clock;
    private readonly Uri _address;
    private readonly string? _key;
    private readonly ResiliencePipeline<CoinGeckoReply> _pipeline;

    public CoinGeckoSource(HttpClient http, PriceSettings settings, TimeProvider clock)
    {
        (_http, _clock) = (http, clock);
        _address = new((settings.CoinGeckoBaseAddress ?? PublicAddress).AbsoluteUri.TrimEnd('/') + "/");
        _key = settings.CoinGeckoApiKey;
        _pipeline = CoinGeckoPipeline.Build(clock);
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

        // The USD price is useful, but a day of prices without it is useful, too.
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
        var calls = 0;
        var context = ResilienceContextPool.Shared.Get(ct);
        context.Properties.Set(CoinGeckoPipeline.MayRetry, mayRetry);
        try
        {
            var reply = await _pipeline.ExecuteAsync(
                async attempt =>
                {
                    calls++;
                    return await SendAsync(path, attempt.CancellationToken);
                },
                context
            );
            return Judge(reply, read, calls);
        }
        catch (TimeoutRejectedException)
        {
            return Failed(PriceFault.TimedOut, "CoinGecko did not answer in time", calls);
        }
        catch (BrokenCircuitException)
        {
            return Failed(
                PriceFault.NotAsked,
                $"CoinGecko was not asked{(calls > 0 ? " again" : "")}: it failed five times in a row",
                calls
            );
        }
        catch (HttpRequestException exception)
            when (exception.HttpRequestError is HttpRequestError.InvalidResponse or HttpRequestError.ConfigurationLimitExceeded)
        {
            return Failed(PriceFault.NotTheApi, "CoinGecko's address answered with something other than HTTP", calls);
        }
        catch (Exception exception) when (exception is HttpIOException or IOException)
        {
            return Failed(PriceFault.BrokeOff, $"CoinGecko's answer broke off: {Shown.FirstLine(exception)}", calls);
        }
        catch (HttpRequestException exception)
        {
            return Failed(PriceFault.Unreachable, $"CoinGecko can't be reached: {Shown.FirstLine(exception)}", calls);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private static PriceFetch Failed(PriceFault fault, string detail, int calls) => PriceFetch.Failed(new(fault, detail), calls);

    private PriceFetch Judge(CoinGeckoReply reply, Func<ReadOnlyMemory<byte>, IReadOnlyList<QuotedPrice>> read, int calls)
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

    private async Task<CoinGeckoReply> SendAsync(string path, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_address, path));
        request.Headers.Accept.ParseAdd("application/json");
        request.Headers.UserAgent.ParseAdd("Bittbridge.Serverless/1.0");
        if (_key is not null)
        {
            request.Headers.Add(_address.Host == ProHost ? "x-cg-pro-api-key" : "x-cg-demo-api-key", _key);
        }

        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
        var isJson = response.Content.Headers.ContentType?.MediaType?.EndsWith("json", StringComparison.OrdinalIgnoreCase) == true;
        var body = await ReadAsync(response.Content, ct);
        return new((int)response.StatusCode, isJson, body ?? default, RetryAfter(response)) { IsTooLarge = body is null };
    }

    /// <summary>Null when the body is larger than any price list.</summary>
    private static async Task<ReadOnlyMemory<byte>?> ReadAsync(HttpContent content, CancellationToken ct)
    {
        await using var stream = await content.ReadAsStreamAsync(ct);
        using var whole = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int count;
        while ((count = await stream.ReadAsync(buffer, ct)) > 0)
        {
            if (whole.Length + count > MaxReplyBytes)
            {
                return null;
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
