using System.Globalization;
using System.Text.RegularExpressions;
using Bittbridge.Miner.Prices.Source;

namespace Bittbridge.Cli.Prices;

/// <summary>
/// Times as other programs write them, UTC where they name no offset: ISO 8601, years or days first where that is plain, and Unix time in
/// seconds, milliseconds, microseconds or nanoseconds.
/// </summary>
internal static partial class ForeignTime
{
    public const string Remedy =
        "write ISO 8601 such as 2025-10-13T15:15:00Z, 13.10.2025 15:15, or Unix time in seconds or milliseconds (UTC)";

    /// <summary>The last instant of the year 2286, in nanoseconds: a number that can be multiplied.</summary>
    private const decimal MaxUnix = 1e19m;

    private static readonly string[] PlainForms =
    [
        "yyyy/M/d",
        "yyyy/M/d H:mm",
        "yyyy/M/d H:mm:ss",
        "yyyy.M.d",
        "yyyy.M.d H:mm",
        "yyyy.M.d H:mm:ss",
        "yyyy-M-d H:mm",
        "yyyy-M-d H:mm:ss",
        "yyyyMMdd HH:mm",
        "yyyyMMdd HH:mm:ss",
        "yyyyMMdd HHmmss",
        "d.M.yyyy",
        "d.M.yyyy H:mm",
        "d.M.yyyy H:mm:ss",
        "d.M.yyyy, H:mm:ss",
    ];

    public static bool TryParse(string text, out DateTimeOffset time) =>
        Unix(text, out time)
        || IsoTime.TryParse(Zone().Replace(text, "Z"), out time)
        || DateTimeOffset.TryParseExact(
            text,
            PlainForms,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out time
        );

    /// <summary>The units are a factor of a thousand apart, and the years 2001 to 2286 don't overlap.</summary>
    private static bool Unix(string text, out DateTimeOffset time)
    {
        time = default;
        if (
            !decimal.TryParse(
                text,
                NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent,
                CultureInfo.InvariantCulture,
                out var number
            )
            || number >= MaxUnix
        )
        {
            return false;
        }

        foreach (var ticksPerUnit in (ReadOnlySpan<decimal>)[TimeSpan.TicksPerSecond, TimeSpan.TicksPerMillisecond, 10, 0.01m])
        {
            var seconds = number * ticksPerUnit / TimeSpan.TicksPerSecond;
            if (seconds is >= 1_000_000_000 and < 10_000_000_000)
            {
                time = DateTimeOffset.UnixEpoch.AddTicks((long)(seconds * TimeSpan.TicksPerSecond));
                return true;
            }
        }

        return false;
    }

    [GeneratedRegex(@" ?(UTC|GMT)\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Zone();
}

/// <summary>Numbers as other programs write them: with a point or a comma before the decimals.</summary>
internal static class ForeignNumber
{
    public static bool TryParse(string text, out double number) =>
        double.TryParse(
            text.Contains('.', StringComparison.Ordinal) ? text : text.Replace(',', '.'),
            NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent | NumberStyles.AllowLeadingSign,
            CultureInfo.InvariantCulture,
            out number
        );
}
