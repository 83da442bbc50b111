using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner.Replay;

internal static partial class ReplayLog
{
    [LoggerMessage(
        3200,
        LogLevel.Warning,
        "The nonce table is unavailable ({Problem}): until it is back, this process alone remembers the requests it accepts, and "
            + "another instance may accept the same request"
    )]
    public static partial void FellBack(ILogger logger, string problem);

    [LoggerMessage(
        3201,
        LogLevel.Warning,
        "The nonce table is unavailable ({Problem}): until it is back, no caller is answered, "
            + "as the setting Bittbridge:Replay requires"
    )]
    public static partial void NoCallerIsAnswered(ILogger logger, string problem);

    [LoggerMessage(3202, LogLevel.Warning, "The nonce table is available again after {Outage}; {Count} requests were decided without it")]
    public static partial void StorageIsBack(ILogger logger, TimeSpan outage, int count);

    [LoggerMessage(3203, LogLevel.Information, "Stored {Count} nonces that were accepted while storage was unavailable")]
    public static partial void CaughtUp(ILogger logger, int count);

    [LoggerMessage(
        3204,
        LogLevel.Warning,
        "Of the requests that were accepted while storage was unavailable, {Count} had been accepted by another instance as well"
    )]
    public static partial void TakenTwice(ILogger logger, int count);

    [LoggerMessage(3205, LogLevel.Information, "Deleted {Count} nonces that can no longer be replayed")]
    public static partial void Pruned(ILogger logger, int count);

    [LoggerMessage(
        3206,
        LogLevel.Warning,
        "Deleted {Count} nonces that can no longer be replayed; the next housekeeping run deletes the rest"
    )]
    public static partial void PrunedInPart(ILogger logger, int count);

    [LoggerMessage(
        3208,
        LogLevel.Information,
        "The miner stops; {Count} nonces that were accepted while storage was unavailable are not stored yet, which may take "
            + "{Longest} s"
    )]
    public static partial void WritesBeforeStop(ILogger logger, int count, double longest);

    [LoggerMessage(
        3209,
        LogLevel.Warning,
        "The miner stops without storing {Count} nonces that were accepted while storage was unavailable: until they are stale, "
            + "another instance may accept the same requests again"
    )]
    public static partial void StopsUnwritten(ILogger logger, int count);

    [LoggerMessage(3207, LogLevel.Error, "The nonces that were accepted while storage was unavailable can't be stored")]
    public static partial void CatchingUpFailed(ILogger logger, Exception exception);

    [LoggerMessage(
        3210,
        LogLevel.Warning,
        "The connection to the nonce store could not be opened at the start; the first request tries again"
    )]
    public static partial void NotWarmedUp(ILogger logger, Exception exception);
}
