using Azure;
using Bittbridge.Miner.Storage;
using Bittbridge.Models;

namespace Bittbridge.Miner.Prices.Store;

/// <summary>Reads the whole history that miners recorded, without write access to storage.</summary>
public sealed class RecordedPrices(MinerTables tables, PriceSeries series, TimeProvider clock)
{
    private readonly PriceHistoryTable _history = new(series, clock);

    /// <summary>The recorded prices, both ends included; empty when there are none.</summary>
    /// <param name="from">The first instant; null for the oldest price.</param>
    /// <param name="to">The last instant; null for the newest price.</param>
    /// <param name="ct">Cancels the calls.</param>
    /// <exception cref="RequestFailedException">Storage failed.</exception>
    public async Task<PriceHistory> ReadAsync(DateTimeOffset? from, DateTimeOffset? to, CancellationToken ct)
    {
        var table = tables.ForRequests(MinerTables.Prices);
        try
        {
            var first = from ?? (await _history.FirstSlotAsync(table, ct))?.Time;
            var last = to ?? clock.GetUtcNow() + PriceSlot.Step;
            var history = first <= last ? await _history.ReadAsync(table, first.Value, last, ct) : PriceHistory.Empty;
            // Rows are found by their slots, which reach half a step beyond both ends.
            return history.Since(from ?? DateTimeOffset.MinValue).Until(to ?? DateTimeOffset.MaxValue);
        }
        catch (RequestFailedException exception) when (exception.Status == 404)
        {
            // The first poll creates the table.
            return PriceHistory.Empty;
        }
    }
}
