using Bittbridge.Models;
using Bittbridge.Models.Forecasting;

namespace Bittbridge.Miner.Prices;

/// <summary>The newest prices of a series with the polling state: everything that instances share.</summary>
/// <param name="Series">The series.</param>
/// <param name="Source">Where the points came from: <c>coingecko</c>, <c>simulated</c> or <c>recording</c>.</param>
/// <param name="History">At most <see cref="Capacity"/> points.</param>
/// <param name="Poll">The polling state.</param>
public sealed record PriceSnapshot(PriceSeries Series, string Source, PriceHistory History, PollState Poll)
{
    /// <summary>The maximum number of points: a little over two days, as many as a forecast uses.</summary>
    public const int Capacity = Forecaster.MaxHistory;

    /// <summary>Whether every stored point could be read; the next poll restores the others from the history.</summary>
    public bool IsWhole { get; init; } = true;

    /// <summary>
    /// Since when the newest price has been the same to the last digit in every poll; null while it changes, and for simulated and recorded
    /// prices.
    /// </summary>
    public DateTimeOffset? StuckSince { get; init; }
}
