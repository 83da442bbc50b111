using System.Globalization;
using Bittbridge.Models;

namespace Bittbridge.Miner.TrackRecord;

/// <summary>A query of the track record.</summary>
/// <param name="From">The first UTC day of targets.</param>
/// <param name="To">The last UTC day, inclusive.</param>
/// <param name="Model">A model in any version, or <c>name@version</c>; null for all.</param>
/// <param name="WithSlots">Whether to include the outcome of each slot.</param>
public sealed record TrackRecordQuery(DateOnly From, DateOnly To, string? Model = null, bool WithSlots = false)
{
    /// <summary>The maximum number of days of one query.</summary>
    public const int MaxDays = 1100;

    /// <summary>The maximum number of days of one query with the outcome of each slot.</summary>
    public const int MaxDaysWithSlots = 31;

    /// <summary>The number of days of a query that gives no first day.</summary>
    public const int DefaultDays = 30;

    private const string DayRemedy = "use a UTC day such as 2026-11-23";

    /// <summary>Reads the parameters of a query; by default it covers the last 30 days of every model.</summary>
    /// <param name="from">The parameter <c>from</c>.</param>
    /// <param name="to">The parameter <c>to</c>.</param>
    /// <param name="model">The parameter <c>model</c>.</param>
    /// <param name="slots">The parameter <c>slots</c>.</param>
    /// <param name="today">The UTC day of the clock.</param>
    /// <returns>The query, or the problems with it: each names the parameter, its value and the remedy.</returns>
    public static (TrackRecordQuery? Query, IReadOnlyList<string> Problems) Parse(
        string? from,
        string? to,
        string? model,
        string? slots,
        DateOnly today
    )
    {
        var problems = new List<string>();
        var last = Day("to", to, problems) ?? today;
        var first = Day("from", from, problems) ?? FirstOf(DefaultDays, last);
        var withSlots = Flag("slots", slots, problems);
        if (string.IsNullOrEmpty(model))
        {
            model = null;
        }
        else if (!IsModel(model))
        {
            problems.Add(Problem("model", model, "use a model's name, such as ensemble, or its name and version, such as ensemble@1"));
        }

        if (problems.Count == 0 && first > last)
        {
            problems.Add(Problem("from", Text(first), $"use a day no later than the last one, {Text(last)}"));
        }

        var maxDays = withSlots ? MaxDaysWithSlots : MaxDays;
        if (problems.Count == 0 && last.DayNumber - first.DayNumber >= maxDays)
        {
            problems.Add(
                Problem(
                    "from",
                    Text(first),
                    $"ask for {maxDays} days at most{(withSlots ? " with slots" : "")}, so for {Text(last.AddDays(1 - maxDays))} or later"
                )
            );
        }

        return problems.Count == 0 ? (new(first, last, model, withSlots), []) : (null, problems);
    }

    /// <summary>Whether the query includes a model.</summary>
    internal bool Includes(ModelId id) => Model is null || Model == id.Name || Model == id.ToString();

    /// <summary>A day as a query and its answer write it, such as <c>2026-11-23</c>.</summary>
    public static string Text(DateOnly day) => day.ToString(TrackRecordKeys.DayFormat);

    /// <summary>Reads what <see cref="Text"/> writes.</summary>
    public static bool TryDay(string text, out DateOnly day) =>
        DateOnly.TryParseExact(text, TrackRecordKeys.DayFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out day);

    /// <summary>Whether a text names a model, in every version or in one.</summary>
    public static bool IsModel(string text) => ModelId.IsPart(text) || ModelId.TryParse(text, out _);

    /// <summary>The first day of a period of this many days, or of the calendar.</summary>
    public static DateOnly FirstOf(int days, DateOnly last) => DateOnly.FromDayNumber(Math.Max(0, last.DayNumber + 1 - days));

    private static DateOnly? Day(string name, string? text, List<string> problems)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        if (TryDay(text, out var day))
        {
            return day;
        }

        problems.Add(Problem(name, text, DayRemedy));
        return null;
    }

    private static bool Flag(string name, string? text, List<string> problems)
    {
        if (!bool.TryParse(text, out var value) && !string.IsNullOrEmpty(text))
        {
            problems.Add(Problem(name, text, "use true or false"));
        }

        return value;
    }

    // The message quotes untrusted text without control characters and markup.
    private static string Problem(string name, string value, string remedy) =>
        $"{name}: '{string.Concat(value.Take(64).Select(c => c is >= ' ' and < '\x7f' and not ('<' or '>' or '\'') ? c : '?'))}' can't be "
        + $"used: {remedy}.";
}
