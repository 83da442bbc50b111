using System.Globalization;
using Bittbridge.Models.Rates;

namespace Bittbridge.Models.Tests.Rates;

public sealed class OnshoreCalendarTests
{
    [Theory]
    // Around National Day 2025, a make-up Saturday, and New Year.
    [InlineData("2025-09-30", true)]
    [InlineData("2025-10-01", false)]
    [InlineData("2025-10-08", false)]
    [InlineData("2025-10-09", true)]
    [InlineData("2025-10-11", false)]
    [InlineData("2025-10-12", false)]
    [InlineData("2025-10-13", true)]
    [InlineData("2025-12-31", true)]
    [InlineData("2026-01-01", false)]
    [InlineData("2026-01-02", false)]
    [InlineData("2026-01-05", true)]
    [InlineData("2026-02-13", true)]
    [InlineData("2026-02-23", false)]
    [InlineData("2026-02-24", true)]
    [InlineData("2026-04-06", false)]
    [InlineData("2026-04-07", true)]
    // Holidays elsewhere are not holidays there.
    [InlineData("2025-12-25", true)]
    [InlineData("2026-05-25", true)]
    public void A_session_opens_on_weekdays_that_are_no_holiday(string date, bool opens) =>
        Assert.Equal(opens, OnshoreCalendar.HasSession(DateOnly.Parse(date, CultureInfo.InvariantCulture)));

    [Theory]
    [InlineData("2027-01-01", false)]
    [InlineData("2027-01-04", true)]
    // The lunar year begins on 2027-02-06.
    [InlineData("2027-02-04", true)]
    [InlineData("2027-02-05", false)]
    [InlineData("2027-02-12", false)]
    [InlineData("2027-02-15", true)]
    [InlineData("2027-04-05", false)]
    [InlineData("2027-05-05", false)]
    [InlineData("2027-06-09", false)]
    [InlineData("2027-09-15", false)]
    [InlineData("2027-10-07", false)]
    [InlineData("2027-10-08", true)]
    // 2028 has a leap fifth month: the Dragon Boat day is 2028-05-28, a Sunday, and the Mid-Autumn day 2028-10-03.
    [InlineData("2028-05-29", false)]
    [InlineData("2028-06-27", true)]
    // Beyond the lunar calendar only the dates of the sun remain.
    [InlineData("2150-10-01", false)]
    public void A_year_without_a_notice_follows_the_usual_holidays(string date, bool opens) =>
        Assert.Equal(opens, OnshoreCalendar.HasSession(DateOnly.Parse(date, CultureInfo.InvariantCulture)));

    [Theory]
    [InlineData("2025-10-14", "2025-10-13T19:00Z")]
    [InlineData("2025-10-20", "2025-10-17T19:00Z")]
    [InlineData("2025-10-09", "2025-09-30T19:00Z")]
    [InlineData("2026-02-24", "2026-02-13T19:00Z")]
    public void The_close_before_a_session_is_that_of_the_last_open_day(string date, string close) =>
        Assert.Equal(
            DateTimeOffset.Parse(close, CultureInfo.InvariantCulture),
            OnshoreCalendar.CloseBefore(DateOnly.Parse(date, CultureInfo.InvariantCulture))
        );

    [Theory]
    [InlineData("2025-10-14T00:39:59Z", false)]
    [InlineData("2025-10-14T00:40Z", true)]
    [InlineData("2025-10-14T01:30Z", true)]
    [InlineData("2025-10-14T01:30:01Z", false)]
    [InlineData("2025-10-11T01:00Z", false)]
    [InlineData("2026-01-01T01:00Z", false)]
    // London and New York change their clocks on these days; the session does not.
    [InlineData("2025-10-27T00:40Z", true)]
    [InlineData("2025-11-03T00:40Z", true)]
    [InlineData("2026-03-30T01:30Z", true)]
    public void A_round_is_across_an_opening_when_its_hour_contains_the_first_ten_minutes(string madeAt, bool across) =>
        Assert.Equal(across, OnshoreCalendar.IsAcrossOpening(DateTimeOffset.Parse(madeAt, CultureInfo.InvariantCulture)));
}
