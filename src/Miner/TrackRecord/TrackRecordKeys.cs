using Bittbridge.Miner.Forecasting;
using Bittbridge.Models;

namespace Bittbridge.Miner.TrackRecord;

/// <summary>The keys of the table <c>trackrecord</c>, whose partition is the series.</summary>
internal static class TrackRecordKeys
{
    public const string DayFormat = "yyyy-MM-dd";

    /// <summary>The row that holds the scoring cursor; it sorts after every day.</summary>
    public const string Cursor = "cursor";

    /// <summary>A day, a model and its role, such as <c>2026-11-23 exponential-smoothing@1 Active</c>.</summary>
    public static string Row(DateOnly day, ModelId model, ForecastRole role) => $"{From(day)}{model} {role}";

    /// <summary>The prefix of the rows of a day: their inclusive lower bound.</summary>
    public static string From(DateOnly day) => $"{day.ToString(DayFormat)} ";

    /// <summary>The exclusive upper bound of the rows of a day and of all earlier days.</summary>
    public static string Until(DateOnly day) => $"{day.ToString(DayFormat)}!";

    /// <summary>The UTC day of a slot.</summary>
    public static DateOnly DayOf(PriceSlot slot) => DateOnly.FromDateTime(slot.Time.UtcDateTime);
}
