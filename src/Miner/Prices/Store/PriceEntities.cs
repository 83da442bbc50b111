using Azure.Data.Tables;
using Bittbridge.Miner.Prices.Validation;
using Bittbridge.Miner.Storage;
using Bittbridge.Models;

namespace Bittbridge.Miner.Prices.Store;

/// <summary>Converts prices and the polling state to table entities and back.</summary>
internal static class PriceEntities
{
    public static TableEntity From(PriceSnapshot snapshot)
    {
        var entity = new TableEntity(snapshot.Series.Name, PriceKeys.Snapshot)
        {
            ["Format"] = PackedPrices.Format,
            ["Points"] = PackedPrices.Pack(snapshot.History),
            ["Source"] = snapshot.Source,
        };
        StoredPollState.Write(entity, snapshot.Poll);
        return entity;
    }

    /// <summary>The snapshot with its valid points, without those that are later than the miner's clock.</summary>
    public static PriceSnapshot ToSnapshot(PriceSeries series, TableEntity entity, DateTimeOffset now) =>
        ToSnapshot(series, entity, now, now);

    /// <summary>The snapshot for an instance that is about to replace it: with everything up to <see cref="LatestTime"/>.</summary>
    public static PriceSnapshot ToUpdate(PriceSeries series, TableEntity entity, DateTimeOffset now) =>
        ToSnapshot(series, entity, now, LatestTime(entity, now));

    /// <summary>
    /// The latest time that a row can hold. Where the miner's clock is behind, that is storage's own time of the last write: an instance
    /// whose clock is behind must not remove what others have stored. A time that was in the future for storage too is wrong.
    /// </summary>
    public static DateTimeOffset LatestTime(TableEntity entity, DateTimeOffset now) =>
        entity.Timestamp is { } written && written > now ? written : now;

    private static PriceSnapshot ToSnapshot(PriceSeries series, TableEntity entity, DateTimeOffset now, DateTimeOffset latest)
    {
        var (history, isWhole) =
            entity.Value<int>("Format") == PackedPrices.Format && entity.Bytes("Points") is { } bytes
                ? PackedPrices.Unpack(bytes, latest)
                : (PriceHistory.Empty, false);
        history = PriceBounds.WithoutOutliers(history);
        return new(series, entity.Text("Source") ?? "", history, StoredPollState.Read(entity, now, latest))
        {
            IsWhole = isWhole,
            StuckSince = series.IsReal ? StuckPrices.Since(history) : null,
        };
    }

    public static TableEntity From(PriceSeries series, PricePoint point, string source) =>
        new(PriceKeys.Partition(series, point.Slot), PriceKeys.Row(point.Slot))
        {
            ["Time"] = point.Time,
            ["Cny"] = point.Cny,
            ["Usd"] = point.Usd,
            ["Source"] = source,
        };

    /// <summary>Null when the row has no valid price.</summary>
    public static PricePoint? ToPoint(TableEntity entity, DateTimeOffset now) =>
        entity.Value<DateTimeOffset>("Time") is { } time
        && entity.Value<double>("Cny") is { } cny
        && PriceBounds.Point(time, cny, entity.Value<double>("Usd"), now) is { } point
        && PriceKeys.Row(point.Slot) == entity.RowKey
            ? point
            : null;
}
