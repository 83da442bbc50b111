using Bittbridge.Models;

namespace Bittbridge.Cli;

/// <summary>Names as the user writes them.</summary>
internal static class Words
{
    public static string Of(IntervalAim aim) => aim switch
    {
        IntervalAim.Rank => "rank",
        IntervalAim.Reward => "reward",
        _ => "coverage",
    };
}
