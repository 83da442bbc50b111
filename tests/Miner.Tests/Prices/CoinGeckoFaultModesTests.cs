using System.Globalization;
using System.Text;
using Bittbridge.Miner.Prices;
using Bittbridge.Miner.Prices.Failures;
using Bittbridge.Miner.Prices.Source;
using Bittbridge.Miner.Prices.Sync;
using Bittbridge.Miner.Tests.Prices.Store;
using Bittbridge.Miner.Tests.Storage;
using Bittbridge.Miner.Tests.Telemetry;
using Bittbridge.Models;
using Bittbridge.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bittbridge.Miner.Tests.Prices;

/// <summary>Whole polls, with storage, of a CoinGecko that fails in every way.</summary>
public sealed class CoinGeckoFaultModesTests(TestStorage storage) : CoinGeckoTest
{
    private const int Points = 289;

    private readonly StoredPrices _prices = new(storage.NewSettings());
    private string _mode = "none";

    public static TheoryData<string, PriceFault?> Modes =>
        new()
        {
            { "429", PriceFault.TooManyCalls },
            { "429 with a wait", PriceFault.TooManyCalls },
            { "500", PriceFault.ServerTrouble },
            { "401", PriceFault.KeyMissing },
            { "403 with a page", PriceFault.AddressBlocked },
            { "200 with a page", PriceFault.NotTheApi },
            { "no answer", PriceFault.TimedOut },
            { "drops", PriceFault.TimedOut },
            { "empty", PriceFault.NotTheApi },
            { "cut off", PriceFault.NotTheApi },
            { "closed", PriceFault.Unreachable },
            { "not a number", PriceFault.NotTheApi },
            { "null", PriceFault.NoPrice },
            { "negative", PriceFault.NotBelieved },
            { "zero", PriceFault.NotBelieved },
            { "a jump of half", PriceFault.NotBelieved },
            { "hours old", PriceFault.Stale },
            { "a day ahead", PriceFault.NotBelieved },
            { "in reverse", PriceFault.Stale },
            { "twice each", null },
        };

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task A_poll_stores_nothing_wrong_and_the_next_good_one_goes_on(string mode, PriceFault? fault)
    {
        // A gap, so that the chart is asked for too.
        PricePoint[] known = [.. Quotes().SkipLast(4).Select(quote => new PricePoint(quote.Time, quote.Cny!.Value))];
        await StoredPrices.SaveAsync(_prices.NewStore(Clock), known);
        await AllowOneChartAsync();
        Server.Answer(CoinGeckoStandIn.SimplePrice, AnswerPriceAsync);
        Server.Answer(CoinGeckoStandIn.Chart, AnswerChartAsync);
        var refresh = new PriceRefresh(
            Source(key: null),
            _prices.NewStore(Clock),
            UnheardMetrics.New(),
            Clock,
            NullLogger<PriceRefresh>.Instance
        );

        _mode = mode;
        for (var poll = 0; poll < 2; poll++)
        {
            Assert.Equal(fault, (await PollAsync(refresh)).Failure?.Fault);
            Clock.Advance(PriceSlot.Step);
        }

        var snapshot = await ReadAsync();
        Assert.Contains(Server.Requests, request => request.Path == CoinGeckoStandIn.Chart);
        Assert.Equal(
            known.Select(point => (point.Time, point.Cny)),
            snapshot.Points().Take(known.Length).Select(point => (point.Time, point.Cny))
        );
        Assert.Every(snapshot.Points(), point => Assert.Equal(Cny(point.Time), point.Cny, 1e-9));
        Assert.True(snapshot.Newest!.Value.Time <= Clock.GetUtcNow());

        _mode = "none";
        Clock.Advance(PriceSlot.Step * 2);
        Assert.Null((await PollAsync(refresh)).Failure);
        Assert.InRange(Clock.GetUtcNow() - (await ReadAsync()).Newest!.Value.Time, TimeSpan.Zero, TimeSpan.FromSeconds(10));
    }

    /// <summary>A poll; where CoinGecko says nothing, time passes until it is given up.</summary>
    private async Task<PriceRefreshResult> PollAsync(PriceRefresh refresh)
    {
        var polling = refresh.RefreshAsync(TestContext.Current.CancellationToken);
        while (_mode is "no answer" or "drops" && !polling.IsCompleted)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            Clock.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(polling, Task.Delay(10, TestContext.Current.CancellationToken));
        }

        return await polling.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
    }

    private async Task<PriceHistory> ReadAsync() =>
        (await _prices.NewStore(Clock).ReadAsync(TestContext.Current.CancellationToken))!.History;

    /// <summary>The month's calls are used up but for the polls and one chart, so that nothing is asked twice.</summary>
    private Task AllowOneChartAsync()
    {
        var now = Clock.GetUtcNow();
        var state = new PollState { Month = "2026-11" };
        return _prices.SavePollAsync(state with { CallsThisMonth = CallQuota.Spare(state, now) - 3 });
    }

    private async Task AnswerPriceAsync(HttpContext context)
    {
        if (await MisbehaveAsync(context))
        {
            return;
        }

        var (time, cny) = Spoilt().Last();
        await WriteAsync(context, $"{{\"tether\":{{\"cny\":{cny},\"usd\":1.0,\"last_updated_at\":{time.ToUnixTimeSeconds()}}}}}");
    }

    private async Task AnswerChartAsync(HttpContext context)
    {
        if (!await MisbehaveAsync(context))
        {
            var isUsd = context.Request.Query["vs_currency"] == "usd";
            var points = Spoilt().Select(quote => $"[{quote.Time.ToUnixTimeMilliseconds()},{(isUsd ? "1.0" : quote.Cny)}]");
            await WriteAsync(context, $"{{\"prices\":[{string.Join(',', points)}],\"market_caps\":[],\"total_volumes\":[]}}");
        }
    }

    private Task WriteAsync(HttpContext context, string json) => RespondAsync(context, 200, _mode == "cut off" ? json[..^5] : json);

    private static Task RespondAsync(HttpContext context, int status, string body, string contentType = "application/json")
    {
        (context.Response.StatusCode, context.Response.ContentType) = (status, contentType);
        return context.Response.WriteAsync(body, context.RequestAborted);
    }

    /// <summary>Whether the answer, or its absence, is already one of the fault's.</summary>
    private async Task<bool> MisbehaveAsync(HttpContext context)
    {
        const string Page = "<!DOCTYPE html><title>Just a moment...</title>";
        switch (_mode)
        {
            case "429":
                await RespondAsync(context, 429, """{"status":{"error_code":429,"error_message":"Rate Limit"}}""");
                return true;
            case "429 with a wait":
                context.Response.Headers.RetryAfter = "60";
                await RespondAsync(context, 429, "Throttled", "text/plain");
                return true;
            case "500":
                await RespondAsync(context, 500, "Internal Server Error", "text/plain");
                return true;
            case "401":
                await RespondAsync(context, 401, """{"status":{"error_code":10002,"error_message":"API Key Missing"}}""");
                return true;
            case "403 with a page":
                await RespondAsync(context, 403, Page, "text/html");
                return true;
            case "200 with a page":
                await RespondAsync(context, 200, Page, "text/html");
                return true;
            case "empty":
                await RespondAsync(context, 200, "{}");
                return true;
            case "closed":
                context.Abort();
                return true;
            case "drops":
                context.Response.ContentType = "application/json";
                await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(" "), context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
                goto case "no answer";
            case "no answer":
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
                return true;
            default:
                return false;
        }
    }

    /// <summary>The honest day, with the newest price as the fault has it.</summary>
    private IEnumerable<(DateTimeOffset Time, string Cny)> Spoilt()
    {
        var quotes = Quotes().Select(quote => (quote.Time, Cny: quote.Cny!.Value.ToString("R", CultureInfo.InvariantCulture))).ToList();
        var (time, cny) = quotes[^1];
        return _mode switch
        {
            "not a number" => [.. quotes[..^1], (time, "NaN")],
            "null" => [.. quotes[..^1], (time, "null")],
            "negative" => [.. quotes[..^1], (time, "-" + cny)],
            "zero" => [.. quotes[..^1], (time, "0")],
            "a jump of half" => [.. quotes[..^1], (time, "10.65")],
            "hours old" => quotes[..^36],
            "a day ahead" => [.. quotes, (time.AddDays(1), cny)],
            "in reverse" => quotes.AsEnumerable().Reverse(),
            "twice each" => quotes.SelectMany(quote => new[] { quote, quote }),
            _ => quotes,
        };
    }

    private IEnumerable<QuotedPrice> Quotes()
    {
        var newest = Clock.GetUtcNow().AddSeconds(-5);
        return Enumerable
            .Range(0, Points)
            .Select(i => newest - ((Points - 1 - i) * PriceSlot.Step))
            .Select(time => new QuotedPrice(time, Cny(time)));
    }

    /// <summary>It follows from the time, so that no two answers contradict each other.</summary>
    private static double Cny(DateTimeOffset time) => 7.1 + (0.002 * Math.Sin(time.ToUnixTimeSeconds() / 7000.0));
}
