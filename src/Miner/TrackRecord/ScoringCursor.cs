using Azure.Data.Tables;
using Bittbridge.Miner.Prices.Validation;
using Bittbridge.Miner.Storage;
using Bittbridge.Models;

namespace Bittbridge.Miner.TrackRecord;

/// <summary>Up to which slot the forecasts of a series are scored.</summary>
/// <param name="Through">Every slot up to this one is scored.</param>
/// <param name="ChartSeenAt">When the last chart was fetched that the scoring has taken into account; null for none.</param>
internal sealed record ScoringCursor(PriceSlot Through, DateTimeOffset? ChartSeenAt)
{
    /// <summary>How far back a chart can change prices: its one day, and the tolerance on both sides.</summary>
    private static readonly TimeSpan ChartReach = TimeSpan.FromDays(1) + 2 * PriceHistory.Tolerance;

    /// <summary>
    /// Moves back to the first slot for which a newer chart may have brought a price, or a nearer one. A cursor in the future moves back as
    /// far: a clock that was ahead has passed slots before their prices were there.
    /// </summary>
    public ScoringCursor Follow(DateTimeOffset? chartAt, DateTimeOffset now)
    {
        var cursor = Through.Time > now ? BackFrom(now, chartSeenAt: null) : this;
        return chartAt is not { } filled || filled <= cursor.ChartSeenAt ? cursor : cursor.BackFrom(filled, filled);
    }

    public TableEntity ToEntity(string series) =>
        new(series, TrackRecordKeys.Cursor) { ["Through"] = Through.Time, ["ChartSeenAt"] = ChartSeenAt };

    private ScoringCursor BackFrom(DateTimeOffset time, DateTimeOffset? chartSeenAt)
    {
        var back = PriceSlot.NearestTo(time - ChartReach);
        return new(back < Through ? back : Through, chartSeenAt);
    }

    /// <summary>Null for a damaged row: the scoring then starts again.</summary>
    public static ScoringCursor? From(TableEntity entity) =>
        entity.Value<DateTimeOffset>("Through") is { } through && PriceBounds.IsPossible(through)
            ? new(PriceSlot.NearestTo(through), entity.Value<DateTimeOffset>("ChartSeenAt"))
            : null;
}
