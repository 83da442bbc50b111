using Bittbridge.Models;
using Microsoft.AspNetCore.Http;

namespace Bittbridge.Benchmarks.Faults;

/// <summary>CoinGecko's API with prices that follow from their time, so that two answers never contradict each other.</summary>
internal static class PlayedCoinGecko
{
    public static Task AnswerAsync(HttpContext context)
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
