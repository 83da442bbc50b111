using System.Globalization;
using Azure.Data.Tables;
using Bittbridge.Miner.Prices.Failures;
using Bittbridge.Miner.Prices.Sync;
using Bittbridge.Miner.Prices.Validation;
using Bittbridge.Miner.Storage;
using Bittbridge.Models;

namespace Bittbridge.Miner.Prices.Store;

/// <summary>
/// Converts the polling state to properties of the snapshot entity and back. An impossible value is read as missing.
/// </summary>
internal static class StoredPollState
{
    private const int MaxDetailLength = 500;

    /// <summary>Five-minute polls with all their possible calls, doubled for starts and for polls behind answers.</summary>
    private const int MaxCallsPerSlot = 12;

    /// <summary>The maximum count of a month in its first five minutes.</summary>
    private const int CallsAtTheStart = 100;

    private const int MaxFailures = 100_000;

    public static void Write(TableEntity entity, PollState poll)
    {
        entity["FetchedAt"] = poll.FetchedAt;
        entity["AskedAt"] = poll.AskedAt;
        entity["Month"] = poll.Month;
        entity["CallsThisMonth"] = poll.CallsThisMonth;
        entity["FailuresInARow"] = poll.FailuresInARow;
        entity["LastFault"] = poll.LastFailure?.Fault.ToString();
        entity["LastFailure"] = poll.LastFailure?.Detail;
        entity["NotBefore"] = poll.NotBefore;
        entity["GapFilledAt"] = poll.GapFilledAt;
        entity["GapOpenSince"] = poll.GapOpenSince;
        entity["MovedAt"] = poll.Watch.MovedAt;
        entity["HeldBack"] = poll.Watch.HeldBack.Count > 0 ? PackedPrices.Pack(poll.Watch.HeldBack) : null;
    }

    /// <param name="entity">The stored row.</param>
    /// <param name="now">The miner's clock.</param>
    /// <param name="latest">The latest time that an event can have.</param>
    public static PollState Read(TableEntity entity, DateTimeOffset now, DateTimeOffset latest)
    {
        var month = entity.Text("Month") ?? "";
        return new()
        {
            FetchedAt = Past(entity, "FetchedAt", latest),
            AskedAt = Past(entity, "AskedAt", latest),
            Month = DateTime.TryParseExact(month, "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.None, out _) ? month : "",
            CallsThisMonth = Calls(entity, now),
            FailuresInARow = entity.Value<int>("FailuresInARow") is { } failures and >= 0 and <= MaxFailures ? failures : 0,
            LastFailure = Failure(entity),
            NotBefore = NotBefore(entity, now),
            GapFilledAt = Past(entity, "GapFilledAt", latest),
            GapOpenSince = Past(entity, "GapOpenSince", latest),
            Watch = new() { HeldBack = HeldBack(entity, latest), MovedAt = Past(entity, "MovedAt", latest) },
        };
    }

    private static DateTimeOffset? Past(TableEntity entity, string name, DateTimeOffset latest) =>
        entity.Value<DateTimeOffset>(name) is { } time && PriceBounds.IsPast(time, latest) ? time : null;

    /// <summary>Replaces an impossible count by the number of scheduled polls since the start of the month.</summary>
    private static int Calls(TableEntity entity, DateTimeOffset now)
    {
        if (!entity.TryGetValue("CallsThisMonth", out var value) || value is null)
        {
            return 0;
        }

        var steps = (int)((now - new DateTimeOffset(now.Year, now.Month, 1, 0, 0, 0, TimeSpan.Zero)) / PriceSlot.Step);
        // The next poll drops the count of an earlier month.
        var most = entity.Text("Month") == CallQuota.Month(now) ? (steps * MaxCallsPerSlot) + CallsAtTheStart : CallQuota.Monthly;
        return value is int calls and >= 0 && calls <= most ? calls : Math.Min(steps, CallQuota.Monthly - 1);
    }

    /// <summary>The failure of the last poll; null when there was none.</summary>
    public static PriceFailure? Failure(TableEntity entity) =>
        entity.Text("LastFailure") is { Length: > 0 } detail
            ? new(
                Enum.TryParse<PriceFault>(entity.Text("LastFault"), out var fault) && Enum.IsDefined(fault) ? fault : PriceFault.Unknown,
                detail.Length > MaxDetailLength ? detail[..MaxDetailLength] : detail
            )
            : null;

    /// <summary>The end of a pause; null for none, and for one that began in the future, by a clock that was ahead.</summary>
    public static DateTimeOffset? NotBefore(TableEntity entity, DateTimeOffset now) =>
        entity.Value<DateTimeOffset>("NotBefore") is { } notBefore
        && notBefore <= now + PollBackoff.MaxRetryAfter
        && (entity.Value<DateTimeOffset>("AskedAt") is not { } asked || PriceBounds.IsPast(asked, now))
            ? notBefore
            : null;

    private static List<PricePoint> HeldBack(TableEntity entity, DateTimeOffset latest)
    {
        if (entity.Bytes("HeldBack") is not { } bytes)
        {
            return [];
        }

        var points = PackedPrices.Points(bytes, latest, out _);
        // One per slot, ascending: any other order is damage.
        return points.Count <= JumpWatch.Capacity && points.Zip(points.Skip(1)).All(pair => pair.First.Slot < pair.Second.Slot)
            ? points
            : [];
    }
}
