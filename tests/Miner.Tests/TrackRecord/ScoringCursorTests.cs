using Bittbridge.Miner.TrackRecord;
using Bittbridge.Models;

namespace Bittbridge.Miner.Tests.TrackRecord;

public sealed class ScoringCursorTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    /// <summary>A day and five minutes before noon: as far back as a chart of noon changes outcomes.</summary>
    private static readonly DateTimeOffset DayBefore = new(2026, 11, 22, 11, 55, 0, TimeSpan.Zero);

    [Fact]
    public void A_newer_chart_moves_the_cursor_back_by_a_day_and_the_tolerance_on_both_sides()
    {
        Assert.Equal(Cursor(DayBefore, Noon), Cursor(Noon.AddMinutes(-15), Noon.AddMilliseconds(-1)).Follow(Noon, Noon));
        Assert.Equal(Cursor(DayBefore, Noon), Cursor(Noon.AddMinutes(-15), null).Follow(Noon, Noon));
    }

    [Fact]
    public void A_chart_that_was_seen_or_an_older_one_or_none_moves_nothing()
    {
        var cursor = Cursor(Noon.AddMinutes(-15), Noon);

        Assert.Equal(cursor, cursor.Follow(Noon, Noon));
        Assert.Equal(cursor, cursor.Follow(Noon.AddMilliseconds(-1), Noon));
        Assert.Equal(cursor, cursor.Follow(null, Noon));
    }

    [Fact]
    public void A_cursor_that_is_farther_back_stays_there_and_has_seen_the_chart()
    {
        var threeDaysBefore = Noon.AddDays(-3);

        Assert.Equal(Cursor(threeDaysBefore, Noon), Cursor(threeDaysBefore, Noon.AddDays(-4)).Follow(Noon, Noon));
    }

    [Fact]
    public void Only_a_cursor_in_the_future_moves_back_from_now()
    {
        Assert.Equal(Cursor(Noon, null), Cursor(Noon, null).Follow(null, Noon));
        Assert.Equal(Cursor(DayBefore, null), Cursor(Noon.AddMinutes(5), null).Follow(null, Noon));

        // Its chart counts as unseen.
        Assert.Equal(Cursor(DayBefore.AddHours(-1), Noon.AddHours(-1)), Cursor(Noon.AddMinutes(5), Noon).Follow(Noon.AddHours(-1), Noon));
    }

    private static ScoringCursor Cursor(DateTimeOffset through, DateTimeOffset? chartSeenAt) =>
        new(PriceSlot.NearestTo(through), chartSeenAt);
}
