using Azure.Data.Tables;
using Bittbridge.Miner.Prices.Validation;
using Bittbridge.Miner.Storage;
using Bittbridge.Models;

namespace Bittbridge.Miner.Prices.Store;

/// <summary>Prices and the poll's state as table entities, and back.</summary>
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

    /// <summary>The snapshot with those of its points that can be.</summary>
    public static PriceSnapshot ToSnapshot(PriceSeries series, TableEntity entity, DateTimeOffset now)
    {
        var (history, isWhole) =
            entity.Value<int>("Format") == PackedPrices.Format && entity.Bytes("Points") is { } bytes
                ? PackedPrices.Unpack(bytes, now)
                : (PriceHistory.Empty, false);
        history = PriceBounds.WithoutOutliers(history);
        return new(series, entity.Text("Source") ?? "", history, StoredPollState.Read(entity, now))
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

    /// <summary>Null for a row that holds no price, or one that can't be.</summary>
    public static PricePoint? ToPoint(TableEntity entity, DateTimeOffset now) =>
        entity.Value<DateTimeOffset>("Time") is { } time
        && entity.Value<double>("Cny") is { } cny
        && PriceBounds.Point(time, cny, entity.Value<double>("Usd"), now) is { } point
        && PriceKeys.Row(point.Slot) == entity.RowKey
            ? point
            : null;
}
