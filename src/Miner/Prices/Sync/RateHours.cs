using Bittbridge.Models.Rates;

namespace Bittbridge.Miner.Prices.Sync;

/// <summary>
/// When the offshore rate matters: on days with an onshore session, from just before its close on and until half an hour after its opening.
/// On weekends and holidays nothing opens, and the first poll after midnight of the next session day gets what was missed.
/// </summary>
internal static class RateHours
{
    /// <summary>A poll just before the close, so that the rate of the close is known.</summary>
    private static readonly TimeSpan BeforeTheClose = TimeSpan.FromMinutes(6);

    private static readonly TimeSpan AfterTheOpening = TimeSpan.FromMinutes(30);

    /// <summary>On Fridays the offshore market closes, in summer at 21:00 UTC.</summary>
    private static readonly TimeSpan EndOfFriday = new(20, 30, 0);

    public static bool Matters(DateTimeOffset now)
    {
        var (date, time) = (DateOnly.FromDateTime(now.UtcDateTime), now.UtcDateTime.TimeOfDay);
        return OnshoreCalendar.HasSession(date)
            && (
                time <= OnshoreCalendar.Opening + AfterTheOpening
                || (time >= OnshoreCalendar.Close - BeforeTheClose && (date.DayOfWeek != DayOfWeek.Friday || time <= EndOfFriday))
            );
    }
}
