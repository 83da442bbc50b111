namespace Bittbridge.Miner.Prices.Sync;

/// <summary>How long a source is not polled after it failed.</summary>
internal static class PollBackoff
{
    /// <summary>The maximum pause that a source may ask for; a longer one in storage is damaged and ignored.</summary>
    public static readonly TimeSpan MaxRetryAfter = TimeSpan.FromHours(1);

    private static readonly TimeSpan MaxPause = TimeSpan.FromMinutes(30);

    /// <summary>
    /// After three consecutive failures, back off exponentially. The pause is half a minute shorter than whole steps, so that no poll just
    /// misses its time.
    /// </summary>
    /// <param name="failures">The number of consecutive failures of the source.</param>
    /// <param name="asked">The pause that the source asked for; null for none.</param>
    /// <returns>Null for none.</returns>
    public static TimeSpan? Pause(int failures, TimeSpan? asked)
    {
        var own =
            failures < 3
                ? TimeSpan.Zero
                : TimeSpan.FromMinutes(Math.Min(MaxPause.TotalMinutes, 5 * Math.Pow(2, Math.Min(failures - 3, 10))))
                    - TimeSpan.FromSeconds(30);
        var pause =
            asked > MaxRetryAfter ? MaxRetryAfter
            : asked > own ? asked.Value
            : own;
        return pause > TimeSpan.Zero ? pause : null;
    }
}
