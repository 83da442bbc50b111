using Bittbridge.Models;

namespace Bittbridge.Miner.Prices.Sync;

/// <summary>
/// CoinGecko's monthly quota. A poll every five minutes takes 8,928 of its 10,000 calls in the longest month; retries and gap fills may
/// have only what is left over once every poll that the month still needs is set aside.
/// </summary>
internal static class CallQuota
{
    /// <summary>Calls a month.</summary>
    public const int Monthly = 10_000;

    /// <summary>The state with a count of the month that it is now.</summary>
    public static PollState InMonthOf(this PollState state, DateTimeOffset now)
    {
        var month = Month(now);
        return state.Month == month ? state : state with { Month = month, CallsThisMonth = 0 };
    }

    internal static string Month(DateTimeOffset now) =>
        now.UtcDateTime.ToString("yyyy-MM", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Whether one more poll can be paid for.</summary>
    public static bool AllowsPoll(PollState state) => state.CallsThisMonth < Monthly;

    /// <summary>How many calls can be spent on anything but the polls that this month still needs.</summary>
    public static int Spare(PollState state, DateTimeOffset now)
    {
        var monthEnds = new DateTimeOffset(now.Year, now.Month, 1, 0, 0, 0, TimeSpan.Zero).AddMonths(1);
        var pollsToCome = (int)Math.Ceiling((monthEnds - now) / PriceSlot.Step);
        return Math.Max(0, Monthly - state.CallsThisMonth - pollsToCome);
    }
}
