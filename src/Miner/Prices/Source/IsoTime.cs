using System.Globalization;
using System.Text.RegularExpressions;

namespace Bittbridge.Miner.Prices.Source;

/// <summary>
/// Times in files and command lines: only ISO 8601, because other forms are read differently in different countries. A date, or a date and
/// a time with or without seconds; UTC when there is no offset.
/// </summary>
public static partial class IsoTime
{
    /// <summary>The expected form, for a message about another form.</summary>
    public const string Wanted = "a time in ISO 8601 such as 2025-10-13T15:15:00Z (UTC where no offset is given)";

    /// <summary>An instant in UTC as the files of this program have it, to a millisecond.</summary>
    public static string Text(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFF'Z'", CultureInfo.InvariantCulture);

    /// <summary>The instant in UTC, to a tenth of a microsecond; false when the text has another form.</summary>
    public static bool TryParse(string text, out DateTimeOffset time)
    {
        time = default;
        var match = Pattern().Match(text);
        if (!match.Success)
        {
            return false;
        }

        var (year, month, day) = (Number("year"), Number("month"), Number("day"));
        var (hour, minute, second) = (Number("hour"), Number("minute"), Number("second"));
        var (offsetHours, offsetMinutes) = (Number("offsetHours"), Number("offsetMinutes"));
        if (
            year < 1
            || month is < 1 or > 12
            || day < 1
            || day > DateTime.DaysInMonth(year, month)
            || hour > 23
            || minute > 59
            || second > 59
            || offsetMinutes > 59
            || offsetHours * 60 + offsetMinutes > 14 * 60
        )
        {
            return false;
        }

        var fraction = match.Groups["fraction"].Value;
        var ticks =
            new DateTime(year, month, day, hour, minute, second, DateTimeKind.Utc).Ticks
            + int.Parse(fraction.PadRight(7, '0')[..7], NumberStyles.None, CultureInfo.InvariantCulture)
            - (match.Groups["sign"].Value == "-" ? -1 : 1)
                * (offsetHours * TimeSpan.TicksPerHour + offsetMinutes * TimeSpan.TicksPerMinute);

        // On the first and the last day of the calendar an offset can lead outside of it.
        if (ticks < DateTime.MinValue.Ticks || ticks > DateTime.MaxValue.Ticks)
        {
            return false;
        }

        time = new(ticks, TimeSpan.Zero);
        return true;

        int Number(string group) =>
            match.Groups[group] is { Success: true } found
                ? int.Parse(found.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture)
                : 0;
    }

    [GeneratedRegex(
        @"\A(?<year>[0-9]{4})-(?<month>[0-9]{2})-(?<day>[0-9]{2})([Tt ](?<hour>[0-9]{2}):(?<minute>[0-9]{2})(:(?<second>[0-9]{2})(\.(?<fraction>[0-9]{1,9}))?)?([Zz]|(?<sign>[+-])(?<offsetHours>[0-9]{2}):?(?<offsetMinutes>[0-9]{2}))?)?\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture
    )]
    private static partial Regex Pattern();
}
