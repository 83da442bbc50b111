using Bittbridge.Models.Intervals;

namespace Bittbridge.Cli;

/// <summary>Names as users write them and figures as they read them.</summary>
internal static class DisplayText
{
    /// <summary>A figure; one that is not defined, such as a ratio to nothing, is told so.</summary>
    public static string Of(double? figure, string format) => figure?.ToString(format) ?? "not defined";

    public static string Of(IntervalAim aim) =>
        aim switch
        {
            IntervalAim.Rank => "rank",
            IntervalAim.Reward => "reward",
            _ => "coverage",
        };
}
