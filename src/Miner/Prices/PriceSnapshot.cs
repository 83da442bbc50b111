using Bittbridge.Models;
using Bittbridge.Models.Forecasting;

namespace Bittbridge.Miner.Prices;

/// <summary>The newest prices of a series and where the poll of them stands: all that one instance tells the next.</summary>
/// <param name="Series">Which series.</param>
/// <param name="Source">Where the points came from: <c>coingecko</c>, <c>simulated</c> or <c>recording</c>.</param>
/// <param name="History">At most <see cref="Capacity"/> points.</param>
/// <param name="Poll">The poll's own state.</param>
public sealed record PriceSnapshot(PriceSeries Series, string Source, PriceHistory History, PollState Poll)
{
    /// <summary>How many points a snapshot holds: a little over two days, as many as a forecast is made from.</summary>
    public const int Capacity = Forecaster.AtHand;

    /// <summary>Whether every stored point could be read; the next poll makes the others again from the history.</summary>
    public bool IsWhole { get; init; } = true;

    /// <summary>
    /// Since when the newest price has been the same to the last digit, poll after poll; null while it changes, and for prices that are not
    /// real.
    /// </summary>
    public DateTimeOffset? StuckSince { get; init; }
}
