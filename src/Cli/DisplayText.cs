using Bittbridge.Models.Intervals;

namespace Bittbridge.Cli;

/// <summary>Formats names and figures for display.</summary>
internal static class DisplayText
{
    /// <summary>A figure, or "not defined" for null, such as a ratio to zero.</summary>
    public static string Of(double? figure, string format) => figure?.ToString(format) ?? "not defined";

    public static string Of(IntervalAim aim) =>
        aim switch
        {
            IntervalAim.Rank => "rank",
            IntervalAim.Reward => "reward",
            _ => "coverage",
        };
}
