using System.CommandLine;
using System.Globalization;
using Bittbridge.Backtesting;
using Bittbridge.Cli.CommandLines;
using Bittbridge.Miner.Prices.Source;
using Bittbridge.Models;

namespace Bittbridge.Cli.Backtesting;

/// <summary>The part of a recording that a command uses.</summary>
internal static class TestRange
{
    public static Option<RangeEnd?> From() =>
        Create("--from", "The first instant (UTC), such as 2025-10-28T06:00Z, or the share of the prices to skip, such as 70%");

    public static Option<RangeEnd?> To() => Create("--to", "The last instant (UTC), or the share of the prices to end at");

    /// <summary>The instants of prices in the range, in ascending order.</summary>
    /// <exception cref="UsageException">There is no price between the ends.</exception>
    public static IReadOnlyList<DateTimeOffset> Of(PriceRecording recording, RangeEnd? from, RangeEnd? to)
    {
        var times = recording.Times;
        var first = from?.Before(times, includes: false) ?? 0;
        var end = to?.Before(times, includes: true) ?? times.Count;
        return end > first
            ? [.. times.Skip(first).Take(end - first)]
            : throw new UsageException(
                $"There is no price from {from?.Text ?? "the first"} to {to?.Text ?? "the last"}: the prices go from {times[0]:u} to "
                    + $"{times[^1]:u}."
            );
    }

    /// <summary>The prices in the range.</summary>
    /// <inheritdoc cref="Of" path="/exception"/>
    public static PriceHistory Prices(PriceRecording recording, RangeEnd? from, RangeEnd? to)
    {
        var times = Of(recording, from, to);
        return recording.Whole.Since(times[0]).Until(times[^1]);
    }

    private static ValueOption<RangeEnd?> Create(string name, string description) =>
        new(name, description, $"{IsoTime.Wanted}, or a share of the prices such as 70%", RangeEnd.TryParse);
}

/// <summary>An end of a range: an instant, or a share of the prices.</summary>
/// <param name="Text">The value as typed.</param>
/// <param name="Instant">Null for a share.</param>
/// <param name="Percent">The share, from 0 to 100.</param>
internal sealed record RangeEnd(string Text, DateTimeOffset? Instant, double Percent)
{
    public static bool TryParse(string text, out RangeEnd? end)
    {
        end =
            IsoTime.TryParse(text, out var instant) ? new(text, instant, 0)
            : text.EndsWith('%')
            && double.TryParse(text[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent)
            && percent is >= 0 and <= 100
                ? new(text, null, percent)
            : null;
        return end is not null;
    }

    /// <summary>How many of the times come before this end.</summary>
    public int Before(IReadOnlyList<DateTimeOffset> times, bool includes) =>
        Instant is { } instant
            ? times.TakeWhile(time => includes ? time <= instant : time < instant).Count()
            : (int)(times.Count * Percent / 100);
}
