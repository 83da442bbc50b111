using System.Globalization;

namespace Bittbridge.Bittensor.Wire;

/// <summary>
/// The timestamp of a challenge: ISO 8601 date and time, up to seven decimals of a second, <c>Z</c> or an offset. Without an offset it is
/// UTC, never local time.
/// </summary>
public static class ChallengeTimestamp
{
    private static readonly string[] Formats = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mmK"];

    /// <summary>Whether <paramref name="text"/> is such a timestamp.</summary>
    public static bool TryParse(string text, out DateTimeOffset time) =>
        DateTimeOffset.TryParseExact(
            text,
            Formats,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out time
        );

    /// <summary>Formats a timestamp as the SDK's validators do, with microseconds.</summary>
    public static string Format(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'+00:00'", CultureInfo.InvariantCulture);
}
