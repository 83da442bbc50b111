using System.Globalization;

namespace Bittbridge.Models.Rates;

/// <summary>
/// The sessions of the onshore interbank market for USD/CNY. A session opens at 9:30 and closes at 3:00 of the next day, Beijing time,
/// since 2023-01-03 (announcement of the People's Bank of China and SAFE): 01:30 to 19:00 UTC of one date, since China has no daylight
/// saving time. There is no session on Saturdays and Sundays, which includes the weekend days that China works in place of a holiday, nor
/// on the holidays below.
/// </summary>
public static class OnshoreCalendar
{
    /// <summary>The opening of a session, after midnight UTC.</summary>
    public static readonly TimeSpan Opening = new(1, 30, 0);

    /// <summary>The close of a session, after midnight UTC.</summary>
    public static readonly TimeSpan Close = new(19, 0, 0);

    /// <summary>
    /// The days off, both ends included. 2025: notice of the State Council's General Office of 2024-11-12, from memory. 2026: notice of the
    /// exchanges of 2025-12-17. The notice for 2027 was not found, so that year follows <see cref="IsUsualHoliday"/>.
    /// </summary>
    private static readonly Dictionary<int, (DateOnly From, DateOnly To)[]> Holidays = new()
    {
        [2025] =
        [
            (new(2025, 1, 1), new(2025, 1, 1)),
            (new(2025, 1, 28), new(2025, 2, 4)),
            (new(2025, 4, 4), new(2025, 4, 6)),
            (new(2025, 5, 1), new(2025, 5, 5)),
            (new(2025, 5, 31), new(2025, 6, 2)),
            (new(2025, 10, 1), new(2025, 10, 8)),
        ],
        [2026] =
        [
            (new(2026, 1, 1), new(2026, 1, 3)),
            (new(2026, 2, 15), new(2026, 2, 23)),
            (new(2026, 4, 4), new(2026, 4, 6)),
            (new(2026, 5, 1), new(2026, 5, 5)),
            (new(2026, 6, 19), new(2026, 6, 21)),
            (new(2026, 9, 25), new(2026, 9, 27)),
            (new(2026, 10, 1), new(2026, 10, 7)),
        ],
    };

    private static readonly ChineseLunisolarCalendar Lunar = new();

    /// <summary>Whether a session opens on a date.</summary>
    public static bool HasSession(DateOnly date) =>
        date.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday)
        && !(
            Holidays.TryGetValue(date.Year, out var holidays)
                ? Array.Exists(holidays, holiday => holiday.From <= date && date <= holiday.To)
                : IsUsualHoliday(date)
        );

    /// <summary>The close of the last session before that of a date, UTC.</summary>
    public static DateTimeOffset CloseBefore(DateOnly date)
    {
        var day = date.AddDays(-1);
        while (!HasSession(day))
        {
            day = day.AddDays(-1);
        }

        return At(day, Close);
    }

    /// <summary>The opening of a date's session, UTC; null on a day without one.</summary>
    public static DateTimeOffset? OpeningOn(DateOnly date) => HasSession(date) ? At(date, Opening) : null;

    /// <summary>
    /// Whether the hour of a forecast contains an opening: the forecast is made at the opening or before it, and its target is at least ten
    /// minutes after it, when CoinGecko shows the new rate.
    /// </summary>
    public static bool IsAcrossOpening(DateTimeOffset madeAt)
    {
        var target = (madeAt + Forecast.Horizon).UtcDateTime;
        return OpeningOn(DateOnly.FromDateTime(target)) is { } opening && madeAt <= opening && target >= opening + TimeSpan.FromMinutes(10);
    }

    /// <summary>
    /// The holidays of a year without a notice: 1 January, New Year's Eve of the lunar calendar to its seventh day, 4 to 6 April, 1 to 5
    /// May, the Dragon Boat and the Mid-Autumn day, and 1 to 7 October; a Monday after a single day that is on a weekend.
    /// </summary>
    private static bool IsUsualHoliday(DateOnly date) =>
        date is { Month: 4, Day: >= 4 and <= 6 } or { Month: 5, Day: <= 5 } or { Month: 10, Day: <= 7 }
        || IsSpringFestival(date)
        || IsSingleHoliday(date)
        || (date.DayOfWeek == DayOfWeek.Monday && (IsSingleHoliday(date.AddDays(-1)) || IsSingleHoliday(date.AddDays(-2))));

    private static bool IsSpringFestival(DateOnly date) =>
        LunarDate(date) is { Month: 1, Day: <= 7 } || LunarDate(date.AddDays(1)) is { Month: 1, Day: 1 };

    private static bool IsSingleHoliday(DateOnly date) =>
        date is { Month: 1, Day: 1 } || LunarDate(date) is { Month: 5, Day: 5 } or { Month: 8, Day: 15 };

    /// <summary>The month and the day of the lunar calendar; (0, 0) in a leap month, which repeats a month without its festivals.</summary>
    private static (int Month, int Day) LunarDate(DateOnly date)
    {
        var time = date.ToDateTime(TimeOnly.MinValue);
        if (time < Lunar.MinSupportedDateTime || time > Lunar.MaxSupportedDateTime)
        {
            return default;
        }

        var (month, leap) = (Lunar.GetMonth(time), Lunar.GetLeapMonth(Lunar.GetYear(time)));
        return leap > 0 && month == leap ? default : (leap > 0 && month > leap ? month - 1 : month, Lunar.GetDayOfMonth(time));
    }

    private static DateTimeOffset At(DateOnly date, TimeSpan time) => new(date.ToDateTime(TimeOnly.MinValue) + time, TimeSpan.Zero);
}
