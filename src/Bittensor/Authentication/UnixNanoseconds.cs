namespace Bittbridge.Bittensor.Authentication;

/// <summary>Times as nonces count them: nanoseconds since the Unix epoch. A .NET tick is 100 of them.</summary>
public static class UnixNanoseconds
{
    /// <summary>Of a time; 0 before the epoch. Good until the year 2262.</summary>
    public static long Of(DateTimeOffset time) => time <= DateTimeOffset.UnixEpoch ? 0 : Of(time - DateTimeOffset.UnixEpoch);

    /// <summary>Of a length of time.</summary>
    public static long Of(TimeSpan span) => span.Ticks * TimeSpan.NanosecondsPerTick;
}
