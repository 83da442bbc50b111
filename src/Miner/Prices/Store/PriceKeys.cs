using System.Globalization;
using Bittbridge.Models;

namespace Bittbridge.Miner.Prices.Store;

/// <summary>The keys of the table <c>prices</c>.</summary>
internal static class PriceKeys
{
    private const string RowFormat = "yyyy-MM-dd'T'HH:mm'Z'";

    /// <summary>The row of the snapshot, in the partition named after the series.</summary>
    public const string Snapshot = "snapshot";

    /// <summary>The row that claims an extra poll for one instance, beside the snapshot.</summary>
    public const string Claim = "poll-claim";

    /// <summary>The row that claims the poll of a scheduled time.</summary>
    public const string ScheduledClaim = "scheduled-poll-claim";

    /// <summary>A month's history, such as <c>tether-cny-2026-11</c>; the month is that of the slot, in UTC.</summary>
    public static string Partition(PriceSeries series, PriceSlot slot) =>
        string.Create(CultureInfo.InvariantCulture, $"{series}-{slot.Time:yyyy-MM}");

    /// <summary>A slot, sortable, such as <c>2026-11-23T10:05Z</c>.</summary>
    public static string Row(PriceSlot slot) => slot.Time.ToString(RowFormat, CultureInfo.InvariantCulture);

    /// <summary>The slot of a row; null when the key is not one.</summary>
    public static PriceSlot? SlotOf(string row) =>
        DateTimeOffset.TryParseExact(row, RowFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? PriceSlot.NearestTo(time)
            : null;
}
