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

    /// <summary>The snapshot with its valid points.</summary>
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

    /// <summary>Null when the row has no valid price.</summary>
    public static PricePoint? ToPoint(TableEntity entity, DateTimeOffset now) =>
        entity.Value<DateTimeOffset>("Time") is { } time
        && entity.Value<double>("Cny") is { } cny
        && PriceBounds.Point(time, cny, entity.Value<double>("Usd"), now) is { } point
        && PriceKeys.Row(point.Slot) == entity.RowKey
            ? point
            : null;
}
