using System.Collections.Concurrent;
using Bittbridge.Models;
using Microsoft.AspNetCore.Http;

namespace Bittbridge.Benchmarks.Faults;

/// <summary>CoinGecko's API with prices that follow from their time, so that two answers never contradict each other.</summary>
/// <param name="clock">Its clock; null for that of the system.</param>
internal sealed class PlayedCoinGecko(TimeProvider? clock = null)
{
    private readonly TimeProvider _clock = clock ?? TimeProvider.System;
    private volatile bool _hasChart = true;

    /// <summary>Whether there is a chart; without one, a miner that has lost its prices can't get them again.</summary>
    public bool HasChart
    {
        get => _hasChart;
        set => _hasChart = value;
    }

    /// <summary>The times of the prices that it gave as its newest.</summary>
    public ConcurrentQueue<DateTimeOffset> Newest { get; } = new();

    /// <summary>Whether its answers give this price for this time.</summary>
    public static bool Gives(PricePoint point) => Math.Abs(point.Cny - Cny(point.Time)) < 1e-9;

    public Task AnswerAsync(HttpContext context)
    {
        var now = _clock.GetUtcNow();
        var isChart = !context.Request.Path.Value!.EndsWith("/simple/price", StringComparison.Ordinal);
        if (isChart && !HasChart)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return Task.CompletedTask;
        }

        if (!isChart)
        {
            Newest.Enqueue(DateTimeOffset.FromUnixTimeSeconds(now.ToUnixTimeSeconds()));
        }

        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(
            isChart
                ? Chart(now, isCny: context.Request.Query["vs_currency"] == "cny")
                : $"{{\"tether\":{{\"cny\":{Cny(now)},\"usd\":1.0,\"last_updated_at\":{now.ToUnixTimeSeconds()}}}}}",
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

    /// <summary>The price of a second.</summary>
    private static double Cny(DateTimeOffset time) => 7.1 + (0.005 * Math.Sin(time.ToUnixTimeSeconds() / 3600.0));
}
