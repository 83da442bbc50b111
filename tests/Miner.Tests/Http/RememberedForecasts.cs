using System.Collections.Concurrent;
using Bittbridge.Miner.Forecasting;
using Bittbridge.Miner.Prices;

namespace Bittbridge.Miner.Tests.Http;

/// <summary>A forecast log in memory that can be made slow or broken.</summary>
internal sealed class RememberedForecasts : IForecastLog
{
    public ConcurrentQueue<ForecastRecord> Records { get; } = new();

    /// <summary>Run before a record is taken.</summary>
    public Func<CancellationToken, Task> Before { get; init; } = _ => Task.CompletedTask;

    public async Task RecordAsync(ForecastRecord record, CancellationToken ct)
    {
        await Before(ct);
        Records.Enqueue(record);
    }

    public Task<int> PruneAsync(PriceSeries series, DateTimeOffset before, CancellationToken ct) => Task.FromResult(0);
}
