using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Prices.Failures;
using Bittbridge.Miner.Prices.Validation;
using Bittbridge.Models.Rates;

namespace Bittbridge.Miner.Prices.Source;

/// <summary>
/// Twelve Data's API. One call of <c>time_series</c> returns five-minute bars, which also tell the rate at a close that was hours or days
/// ago.
/// </summary>
public sealed class TwelveDataSource : IRateSource
{
    /// <summary>The API's maximum; more than two weeks.</summary>
    private const int MaxBars = 5000;

    private static readonly TimeSpan Bar = TimeSpan.FromMinutes(5);
    private static readonly Uri PublicAddress = new("https://api.twelvedata.com");

    private readonly JsonApi _api;
    private readonly TimeProvider _clock;

    public TwelveDataSource(HttpClient http, PriceSettings settings, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var address = new Uri((settings.TwelveDataBaseAddress ?? PublicAddress).AbsoluteUri.TrimEnd('/') + "/");
        (_api, _clock) = (new(http, "Twelve Data", address, ("Authorization", $"apikey {settings.TwelveDataApiKey}"), clock), clock);
    }

    public string Name => "twelvedata";

    public async Task<RateFetch> LatestAsync(TimeSpan span, CancellationToken ct)
    {
        var bars = (int)Math.Clamp(Math.Ceiling(span / Bar) + 1, 1, MaxBars);
        var (reply, failure, calls) = await _api.AskAsync(
            string.Create(CultureInfo.InvariantCulture, $"time_series?symbol=USD/CNH&interval=5min&timezone=UTC&outputsize={bars}"),
            mayRetry: true,
            ct
        );
        if (reply is null)
        {
            return new([], calls, failure! with { IsOfRates = true });
        }

        var (rates, fault) = Read(reply);
        return fault is null
            ? new(rates, calls)
            : new([], calls, new(fault.Value, $"Twelve Data {InWords(fault.Value, reply.Status)}") { IsOfRates = true }, reply.RetryAfter);
    }

    /// <summary>The message of an error is not shown, because it may contain the key.</summary>
    private static string InWords(PriceFault fault, int status) =>
        fault switch
        {
            PriceFault.NoPrice => "answered without a rate",
            PriceFault.NotTheApi => "answered with something other than its documented JSON",
            _ when status == (int)HttpStatusCode.OK => "answered with an error",
            _ => string.Create(CultureInfo.InvariantCulture, $"answered {status}"),
        };

    private (List<RatePoint> Rates, PriceFault? Fault) Read(ApiReply reply)
    {
        var body = reply.IsJson && !reply.IsTooLarge ? Parse(reply.Body) : null;
        var status = body?.Code ?? reply.Status;
        if (status != (int)HttpStatusCode.OK)
        {
            return ([], FaultOf(status));
        }

        if (body?.Values is not { } bars)
        {
            return ([], PriceFault.NotTheApi);
        }

        var now = _clock.GetUtcNow();
        List<RatePoint> rates = [.. bars.Select(bar => bar?.At(Bar, now)).OfType<RatePoint>()];
        return (rates, rates.Count > 0 ? null : PriceFault.NoPrice);
    }

    private static PriceFault FaultOf(int status) =>
        status switch
        {
            401 => PriceFault.KeyInvalid,
            403 => PriceFault.PlanTooSmall,
            404 or 410 => PriceFault.NotFound,
            429 => PriceFault.TooManyCallsOfKey,
            >= 300 and < 400 => PriceFault.Redirected,
            >= 500 => PriceFault.ServerTrouble,
            >= 400 => PriceFault.Refused,
            _ => PriceFault.NotTheApi,
        };

    private static TwelveDataReply? Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            return JsonSerializer.Deserialize(body.Span, TwelveDataContext.Default.TwelveDataReply);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>Bars, or an error with a code.</summary>
internal sealed record TwelveDataReply(int? Code, IReadOnlyList<TwelveDataBar?>? Values);

/// <summary>A bar, whose numbers are strings in the JSON.</summary>
/// <param name="Datetime">Its start in UTC.</param>
/// <param name="Close">The rate at its end, or the current rate of an unfinished bar.</param>
internal sealed record TwelveDataBar(string? Datetime, string? Close)
{
    /// <summary>The rate and when it was known; null if the bar can't be read or is not within the bounds.</summary>
    public RatePoint? At(TimeSpan length, DateTimeOffset now) =>
        DateTimeOffset.TryParseExact(
            Datetime,
            "yyyy-MM-dd HH:mm:ss",
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out var start
        )
        && start <= now
        && double.TryParse(Close, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var rate)
        && PriceBounds.IsRate(rate)
            ? new RatePoint(start + length < now ? start + length : now, rate)
            : null;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(TwelveDataReply))]
internal sealed partial class TwelveDataContext : JsonSerializerContext;
