using Bittbridge.Miner.Prices;

namespace Bittbridge.Miner.Forecasting;

/// <summary>Where answers are kept.</summary>
internal interface IForecastLog
{
    /// <summary>
    /// Keeps an answer; of one model and slot the first asker's forecast is the row's, and what each asker was told is kept beside it, up
    /// to a bound.
    /// </summary>
    Task RecordAsync(ForecastRecord record, CancellationToken ct);

    /// <summary>Drops what is older; returns how many rows went.</summary>
    Task<int> PruneAsync(PriceSeries series, DateTimeOffset before, CancellationToken ct);
}
