using Bittbridge.Miner.Prices.Failures;
using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner.Prices.Sync;

internal static partial class PriceLog
{
    [LoggerMessage(1000, LogLevel.Information, "{Series}: {Added} new prices from {Source}, the newest {Cny} CNY at {Time:O}")]
    public static partial void Refreshed(ILogger logger, PriceSeries series, int added, string source, double? cny, DateTimeOffset? time);

    [LoggerMessage(1001, LogLevel.Warning, "{Series}: no new price: {Failure}")]
    public static partial void Failed(ILogger logger, PriceSeries series, PriceFailure failure);

    [LoggerMessage(1002, LogLevel.Warning, "{Series}: rejected a price: {Objection}")]
    public static partial void NotBelieved(ILogger logger, PriceSeries series, string objection);

    [LoggerMessage(1012, LogLevel.Warning, "{Series}: rejected {Count} more in that poll")]
    public static partial void NotBelievedMore(ILogger logger, PriceSeries series, int count);

    [LoggerMessage(1003, LogLevel.Information, "{Series}: skipped the poll: {Reason}")]
    public static partial void LeftAlone(ILogger logger, PriceSeries series, string reason);

    [LoggerMessage(1004, LogLevel.Warning, "Could not read the prices; the miner answers from memory: {Failure}")]
    public static partial void ReadFailed(ILogger logger, string failure);

    [LoggerMessage(1005, LogLevel.Information, "Prices can be read again")]
    public static partial void ReadAgain(ILogger logger);

    [LoggerMessage(1007, LogLevel.Warning, "{Series}: a gap could not be filled: {Failure}")]
    public static partial void GapNotFilled(ILogger logger, PriceSeries series, PriceFailure failure);

    [LoggerMessage(
        1006,
        LogLevel.Warning,
        "{Series}: the snapshot in storage has an unknown format or is damaged; the miner rebuilds it from the history"
    )]
    public static partial void SnapshotDamaged(ILogger logger, PriceSeries series);

    [LoggerMessage(
        1009,
        LogLevel.Warning,
        "{Series}: no poll for {Minutes:0} minutes, so one runs behind an answer; check that the timer runs"
    )]
    public static partial void PolledLate(ILogger logger, PriceSeries series, double minutes);

    [LoggerMessage(1010, LogLevel.Warning, "{Series}: the poll behind an answer did not end: {Failure}")]
    public static partial void LatePollFailed(ILogger logger, PriceSeries series, string failure);

    [LoggerMessage(
        1011,
        LogLevel.Warning,
        "{Series}: the price has not changed since {Since:O}, to the last digit: it may be stuck, and narrows no interval"
    )]
    public static partial void Stuck(ILogger logger, PriceSeries series, DateTimeOffset since);

    /// <summary>
    /// Logged after every poll, including failed ones: the alert on old prices reads this line and fires when it is missing.
    /// </summary>
    [LoggerMessage(1008, LogLevel.Information, "{Series}: the newest price is {Minutes:0.0} minutes old")]
    public static partial void PriceAge(ILogger logger, PriceSeries series, double minutes);
}
