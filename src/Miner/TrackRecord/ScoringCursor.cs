using Azure.Data.Tables;
using Bittbridge.Miner.Storage;
using Bittbridge.Models;

namespace Bittbridge.Miner.TrackRecord;

/// <summary>How far the forecasts of a series are scored.</summary>
/// <param name="Through">Every slot up to this one is done.</param>
/// <param name="ChartSeenAt">The last filling of gaps in the prices that was taken into account; null for none.</param>
internal sealed record ScoringCursor(PriceSlot Through, DateTimeOffset? ChartSeenAt)
{
    /// <summary>How far back filled gaps can change prices: the chart's day, and the tolerance on both sides.</summary>
    private static readonly TimeSpan ChartReach = TimeSpan.FromDays(1) + 2 * PriceHistory.Tolerance;

    /// <summary>Goes back to where filled gaps may have brought a price, or a nearer one.</summary>
    public ScoringCursor Follow(DateTimeOffset? chartAt)
    {
        if (chartAt is not { } filled || filled <= ChartSeenAt)
        {
            return this;
        }

        var back = PriceSlot.NearestTo(filled - ChartReach);
        return new(back < Through ? back : Through, filled);
    }

    public TableEntity ToEntity(string series) =>
        new(series, TrackRecordKeys.Cursor) { ["Through"] = Through.Time, ["ChartSeenAt"] = ChartSeenAt };

    public static ScoringCursor? From(TableEntity entity) =>
        entity.Value<DateTimeOffset>("Through") is { } through
            ? new(PriceSlot.NearestTo(through), entity.Value<DateTimeOffset>("ChartSeenAt"))
            : null;
}
