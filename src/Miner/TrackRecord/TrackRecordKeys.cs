using Bittbridge.Miner.Forecasting;
using Bittbridge.Models;

namespace Bittbridge.Miner.TrackRecord;

/// <summary>The keys of the table <c>trackrecord</c>, whose partition is the series.</summary>
internal static class TrackRecordKeys
{
    public const string DayFormat = "yyyy-MM-dd";

    /// <summary>The row that says how far the forecasts are scored; it sorts after every day.</summary>
    public const string Cursor = "cursor";

    /// <summary>A day, a model and its role, such as <c>2026-11-23 exponential-smoothing@1 Active</c>.</summary>
    public static string Row(DateOnly day, ModelId model, ForecastRole role) => $"{From(day)}{model} {role}";

    /// <summary>What the rows of a day begin with; all of them sort at or after it.</summary>
    public static string From(DateOnly day) => $"{day.ToString(DayFormat)} ";

    /// <summary>The rows of a day and of every earlier one sort before it.</summary>
    public static string Until(DateOnly day) => $"{day.ToString(DayFormat)}!";

    /// <summary>The UTC day of a slot.</summary>
    public static DateOnly DayOf(PriceSlot slot) => DateOnly.FromDateTime(slot.Time.UtcDateTime);
}
