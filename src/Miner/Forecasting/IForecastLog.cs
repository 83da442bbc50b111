using Bittbridge.Miner.Prices;

namespace Bittbridge.Miner.Forecasting;

/// <summary>Stores the answers.</summary>
internal interface IForecastLog
{
    /// <summary>
    /// Stores an answer. A model and slot have one row, with the first caller's forecast; the answers that the other callers got are kept
    /// beside it, up to a bound.
    /// </summary>
    /// <param name="record">The answer.</param>
    /// <param name="ct">Ends the wait. The write goes on, since other answers may share it.</param>
    /// <returns>Ends with the write, whose failure is also logged.</returns>
    Task RecordAsync(ForecastRecord record, CancellationToken ct);

    /// <summary>Deletes older rows and returns their number.</summary>
    Task<int> PruneAsync(PriceSeries series, DateTimeOffset before, CancellationToken ct);
}
