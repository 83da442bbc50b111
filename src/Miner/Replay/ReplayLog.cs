using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner.Replay;

internal static partial class ReplayLog
{
    [LoggerMessage(
        3200,
        LogLevel.Warning,
        "The table of taken requests is out of reach ({Problem}): until it is back, this process alone remembers what it has taken, and "
            + "another instance may take the same request"
    )]
    public static partial void FellBack(ILogger logger, string problem);

    [LoggerMessage(
        3201,
        LogLevel.Warning,
        "The table of taken requests is out of reach ({Problem}): until it is back, nobody is answered, "
            + "as the setting Bittbridge:Replay says"
    )]
    public static partial void NobodyIsAnswered(ILogger logger, string problem);

    [LoggerMessage(3202, LogLevel.Warning, "The table of taken requests is back after {Outage}; {Count} requests were decided without it")]
    public static partial void StorageIsBack(ILogger logger, TimeSpan outage, int count);

    [LoggerMessage(3203, LogLevel.Information, "Wrote down {Count} requests that were taken while storage was out of reach")]
    public static partial void CaughtUp(ILogger logger, int count);

    [LoggerMessage(
        3204,
        LogLevel.Warning,
        "Of the requests that were taken while storage was out of reach, {Count} had been taken by another instance as well"
    )]
    public static partial void TakenTwice(ILogger logger, int count);

    [LoggerMessage(3205, LogLevel.Information, "Dropped {Count} taken requests that can't be replayed any more")]
    public static partial void Pruned(ILogger logger, int count);

    [LoggerMessage(
        3206,
        LogLevel.Warning,
        "Dropped {Count} taken requests that can't be replayed any more; there are more, which the next housekeeping drops"
    )]
    public static partial void PrunedInPart(ILogger logger, int count);

    [LoggerMessage(
        3208,
        LogLevel.Information,
        "The miner stops; {Count} requests that were taken while storage was out of reach are still to be written down, which may take "
            + "{Longest} s"
    )]
    public static partial void WritesBeforeStop(ILogger logger, int count, double longest);

    [LoggerMessage(
        3209,
        LogLevel.Warning,
        "The miner stops and {Count} requests that were taken while storage was out of reach are not written down: until they are stale, "
            + "another instance may take them again"
    )]
    public static partial void StopsUnwritten(ILogger logger, int count);

    [LoggerMessage(3207, LogLevel.Error, "What was taken while storage was out of reach can't be written down")]
    public static partial void CatchingUpFailed(ILogger logger, Exception exception);
}
