using Azure.Data.Tables;
using Bittbridge.Models;

namespace Bittbridge.Miner;

/// <summary>Prices and the poll's state as table entities, and back.</summary>
internal static class PriceEntities
{
    public static TableEntity From(PriceSnapshot snapshot) => new(snapshot.Series.Name, PriceKeys.Snapshot)
    {
        ["Format"] = PackedPrices.Format,
        ["Points"] = PackedPrices.Pack(snapshot.History),
        ["Source"] = snapshot.Source,
        ["FetchedAt"] = snapshot.Poll.FetchedAt,
        ["Month"] = snapshot.Poll.Month,
        ["CallsThisMonth"] = snapshot.Poll.CallsThisMonth,
        ["FailuresInARow"] = snapshot.Poll.FailuresInARow,
        ["LastFailure"] = snapshot.Poll.LastFailure,
        ["NotBefore"] = snapshot.Poll.NotBefore,
        ["GapFilledAt"] = snapshot.Poll.GapFilledAt,
        ["GapOpenSince"] = snapshot.Poll.GapOpenSince,
        ["HeldBackAt"] = snapshot.Poll.HeldBack?.Time,
        ["HeldBackCny"] = snapshot.Poll.HeldBack?.Cny,
        ["HeldBackUsd"] = snapshot.Poll.HeldBack?.Usd,
    };

    /// <summary>The snapshot and whether its points could be read; without them it has the poll's state and an empty history.</summary>
    public static (PriceSnapshot Snapshot, bool IsWhole) ToSnapshot(PriceSeries series, TableEntity entity)
    {
        var history = Value<int>(entity, "Format") == PackedPrices.Format && entity.TryGetValue("Points", out var points) && points is byte[] bytes ? PackedPrices.Unpack(bytes) : null;
        var state = new PollState
        {
            FetchedAt = Value<DateTimeOffset>(entity, "FetchedAt"),
            Month = Text(entity, "Month") ?? "",
            CallsThisMonth = Value<int>(entity, "CallsThisMonth") ?? 0,
            FailuresInARow = Value<int>(entity, "FailuresInARow") ?? 0,
            LastFailure = Text(entity, "LastFailure"),
            NotBefore = Value<DateTimeOffset>(entity, "NotBefore"),
            GapFilledAt = Value<DateTimeOffset>(entity, "GapFilledAt"),
            GapOpenSince = Value<DateTimeOffset>(entity, "GapOpenSince"),
            HeldBack = Value<DateTimeOffset>(entity, "HeldBackAt") is { } at && Value<double>(entity, "HeldBackCny") is { } cny && PricePoint.IsPrice(cny)
                ? new PricePoint(at, cny, Value<double>(entity, "HeldBackUsd"))
                : null,
        };
        return (new(series, Text(entity, "Source") ?? "", history ?? PriceHistory.Empty, state), history is not null);
    }

    public static TableEntity From(PriceSeries series, PricePoint point, string source) => new(PriceKeys.Partition(series, point.Mark), PriceKeys.Row(point.Mark))
    {
        ["Time"] = point.Time,
        ["Cny"] = point.Cny,
        ["Usd"] = point.Usd,
        ["Source"] = source,
    };

    /// <summary>Null for a row that holds no price.</summary>
    public static PricePoint? ToPoint(TableEntity entity) =>
        Value<DateTimeOffset>(entity, "Time") is { } time && Value<double>(entity, "Cny") is { } cny && PricePoint.IsPrice(cny)
            ? new PricePoint(time, cny, Value<double>(entity, "Usd") is { } usd && PricePoint.IsPrice(usd) ? usd : null)
            : null;

    private static string? Text(TableEntity entity, string name) => entity.TryGetValue(name, out var value) ? value as string : null;

    private static T? Value<T>(TableEntity entity, string name)
        where T : struct =>
        entity.TryGetValue(name, out var value) && value is T typed ? typed : null;
}
