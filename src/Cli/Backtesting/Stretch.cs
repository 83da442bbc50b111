using System.CommandLine;
using System.Globalization;
using Bittbridge.Miner;
using Bittbridge.Models;

namespace Bittbridge.Cli.Backtesting;

/// <summary>The part of a recording that a command looks at. An end is an instant in UTC or a share of the prices, such as <c>70%</c>.</summary>
internal static class Stretch
{
    public static Option<string?> From() => new("--from") { Description = "From which instant (UTC), such as 2025-10-28T06:00Z, or after which share of the prices, such as 70%" };

    public static Option<string?> To() => new("--to") { Description = "Up to which instant (UTC) or share of the prices" };

    /// <summary>The instants of prices in the part, in ascending order.</summary>
    /// <exception cref="UsageException">An end can't be read, or there is no price between them.</exception>
    public static IReadOnlyList<DateTimeOffset> Of(PriceRecording recording, string? from, string? to)
    {
        var times = recording.Times;
        var first = from is null ? 0 : Share(from, times.Count) ?? Before(times, Instant(from, "--from"), includes: false);
        var end = to is null ? times.Count : Share(to, times.Count) ?? Before(times, Instant(to, "--to"), includes: true);
        return end > first
            ? [.. times.Skip(first).Take(end - first)]
            : throw new UsageException($"There is no price from {from ?? "the first"} to {to ?? "the last"}: the prices go from {times[0]:u} to {times[^1]:u}.");
    }

    /// <summary>The prices in the part.</summary>
    /// <inheritdoc cref="Of" path="/exception"/>
    public static PriceHistory Prices(PriceRecording recording, string? from, string? to)
    {
        var times = Of(recording, from, to);
        return recording.Whole.Since(times[0]).Until(times[^1]);
    }

    private static int? Share(string text, int count) =>
        text.EndsWith('%') && double.TryParse(text[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent) && percent <= 100
            ? (int)(count * percent / 100)
            : null;

    private static DateTimeOffset Instant(string text, string option) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant)
            ? instant
            : throw new UsageException($"{Shown.Value(text)} is no time for {option}: give one such as 2025-10-28T06:00Z, or a share of the prices such as 70%.");

    private static int Before(IReadOnlyList<DateTimeOffset> times, DateTimeOffset instant, bool includes) =>
        times.TakeWhile(time => includes ? time <= instant : time < instant).Count();
}
