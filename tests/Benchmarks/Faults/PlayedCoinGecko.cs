using Bittbridge.Models;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Bittbridge.Benchmarks.Faults;

/// <summary>CoinGecko's API with prices that follow from their time, so that two answers never contradict each other.</summary>
internal sealed class PlayedCoinGecko : IAsyncDisposable
{
    private readonly WebApplication _app;

    private PlayedCoinGecko(WebApplication app) => _app = app;

    /// <summary>The base address for a miner's settings.</summary>
    public string Address => _app.Urls.Single() + "/api/v3";

    public static async Task<PlayedCoinGecko> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.Run(AnswerAsync);
        await app.StartAsync();
        return new(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static Task AnswerAsync(HttpContext context)
    {
        var now = TimeProvider.System.GetUtcNow();
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(
            context.Request.Path.Value!.EndsWith("/simple/price", StringComparison.Ordinal)
                ? $"{{\"tether\":{{\"cny\":{Cny(now)},\"usd\":1.0,\"last_updated_at\":{now.ToUnixTimeSeconds()}}}}}"
                : Chart(now, isCny: context.Request.Query["vs_currency"] == "cny"),
            context.RequestAborted
        );
    }

    /// <summary>A day in steps of five minutes.</summary>
    private static string Chart(DateTimeOffset now, bool isCny)
    {
        var newest = PriceSlot.NearestTo(now - (PriceSlot.Step / 2)).Time;
        var points = Enumerable
            .Range(0, 289)
            .Select(i => newest - ((288 - i) * PriceSlot.Step))
            .Select(time => $"[{time.ToUnixTimeMilliseconds()},{(isCny ? Cny(time) : 1.0)}]");
        return $$"""{"prices":[{{string.Join(',', points)}}]}""";
    }

    private static double Cny(DateTimeOffset time) => 7.1 + (0.005 * Math.Sin(time.ToUnixTimeSeconds() / 3600.0));
}
