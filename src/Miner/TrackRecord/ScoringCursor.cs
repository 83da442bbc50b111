using Azure.Data.Tables;
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

    /// <summary>Moves back to the first slot for which a newer chart may have brought a price, or a nearer one.</summary>
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
