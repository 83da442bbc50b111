using Bittbridge.Models;

namespace Bittbridge.Miner.Prices.Sync;

/// <summary>
/// CoinGecko's monthly quota. A poll every five minutes takes 8,928 of its 10,000 calls in the longest month. Retries and gap fills may use
/// only calls that the remaining polls of the month do not need.
/// </summary>
internal static class CallQuota
{
    /// <summary>The quota of a month.</summary>
    public const int Monthly = 10_000;

    /// <summary>The state with its count reset when a new month has started.</summary>
    public static PollState InMonthOf(this PollState state, DateTimeOffset now)
    {
        var month = Month(now);
        return state.Month == month ? state : state with { Month = month, CallsThisMonth = 0 };
    }

    internal static string Month(DateTimeOffset now) =>
        now.UtcDateTime.ToString("yyyy-MM", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Whether the quota allows one more poll.</summary>
    public static bool AllowsPoll(PollState state) => state.CallsThisMonth < Monthly;

    /// <summary>How many calls are left over from the remaining polls of this month.</summary>
    public static int Spare(PollState state, DateTimeOffset now)
    {
        var monthEnds = new DateTimeOffset(now.Year, now.Month, 1, 0, 0, 0, TimeSpan.Zero).AddMonths(1);
        var pollsToCome = (int)Math.Ceiling((monthEnds - now) / PriceSlot.Step);
        return Math.Max(0, Monthly - state.CallsThisMonth - pollsToCome);
    }
}
