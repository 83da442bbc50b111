namespace Bittbridge.Bittensor.Authentication;

/// <summary>Converts times to nanoseconds since the Unix epoch, as in nonces. A .NET tick is 100 of them.</summary>
public static class UnixNanoseconds
{
    /// <summary>The nanoseconds of a time; 0 before the epoch. Valid until the year 2262.</summary>
    public static long Of(DateTimeOffset time) => time <= DateTimeOffset.UnixEpoch ? 0 : Of(time - DateTimeOffset.UnixEpoch);

    /// <summary>The nanoseconds of a duration.</summary>
    public static long Of(TimeSpan span) => span.Ticks * TimeSpan.NanosecondsPerTick;
}
