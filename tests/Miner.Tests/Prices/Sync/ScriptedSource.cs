using Bittbridge.Miner.Prices;
using Bittbridge.Miner.Prices.Failures;
using Bittbridge.Miner.Prices.Source;

namespace Bittbridge.Miner.Tests.Prices.Sync;

/// <summary>A source that replays a script and counts its calls.</summary>
internal sealed class ScriptedSource : IPriceSource
{
    private int _latestCalls;
    private int _dayCalls;

    public string Name { get; init; } = "coingecko";

    public PriceSeries Series { get; init; } = PriceSeries.Real;

    public bool StartsAfresh { get; init; }

    public required Func<PriceFetch> Latest { get; set; }

    public Func<PriceFetch> LastDay { get; set; } = () => PriceFetch.Failed(new(PriceFault.Unreachable, "no chart in this test"), calls: 1);

    public int LatestCalls => _latestCalls;

    public int DayCalls => _dayCalls;

    /// <summary>Whether the last call for the newest price might be repeated.</summary>
    public bool LatestMayRetry { get; private set; }

    /// <summary>Whether the last call for the chart might be repeated.</summary>
    public bool DayMayRetry { get; private set; }

    public Task<PriceFetch> LatestAsync(bool mayRetry, CancellationToken ct)
    {
        Interlocked.Increment(ref _latestCalls);
        LatestMayRetry = mayRetry;
        return Task.FromResult(Latest());
    }

    public Task<PriceFetch> LastDayAsync(bool mayRetry, CancellationToken ct)
    {
        Interlocked.Increment(ref _dayCalls);
        DayMayRetry = mayRetry;
        return Task.FromResult(LastDay());
    }
}
