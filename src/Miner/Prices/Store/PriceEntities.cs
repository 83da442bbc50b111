using Azure.Data.Tables;
using Bittbridge.Miner.Prices.Validation;
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
            Value<int>(entity, "Format") == PackedPrices.Format && entity.TryGetValue("Points", out var points) && points is byte[] bytes
                ? PackedPrices.Unpack(bytes, now)
                : (PriceHistory.Empty, false);
        history = PriceBounds.WithoutOutliers(history);
        return new(series, Text(entity, "Source") ?? "", history, StoredPollState.Read(entity, now))
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
        Value<DateTimeOffset>(entity, "Time") is { } time
        && Value<double>(entity, "Cny") is { } cny
        && PriceBounds.Point(time, cny, Value<double>(entity, "Usd"), now) is { } point
        && PriceKeys.Row(point.Slot) == entity.RowKey
            ? point
            : null;

    internal static string? Text(TableEntity entity, string name) => entity.TryGetValue(name, out var value) ? value as string : null;

    internal static T? Value<T>(TableEntity entity, string name)
        where T : struct => entity.TryGetValue(name, out var value) && value is T typed ? typed : null;
}
