using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner.Access;

internal static partial class AccessLog
{
    [LoggerMessage(3100, LogLevel.Information, "Subnet {Netuid} has {Count} hotkeys, {Permits} with a validator permit, at block {Block}")]
    public static partial void Refreshed(ILogger logger, ushort netuid, int count, int permits, uint block);

    [LoggerMessage(
        3101,
        LogLevel.Warning,
        "Subnet {Netuid} could not be read from the chain; the miner uses the last list until it expires: {Failure}"
    )]
    public static partial void NotRead(ILogger logger, ushort netuid, string failure);

    [LoggerMessage(
        3102,
        LogLevel.Warning,
        "The miner's hotkey {Hotkey} is not registered in subnet {Netuid}, so no validator will find it: register it, or check "
            + "Bittbridge:Hotkey, Bittbridge:Netuid and Bittbridge:Network"
    )]
    public static partial void NotRegistered(ILogger logger, string hotkey, ushort netuid);

    [LoggerMessage(3103, LogLevel.Warning, "The shared validator list could not be read: {Failure}")]
    public static partial void StoreNotRead(ILogger logger, string failure);

    [LoggerMessage(3104, LogLevel.Warning, "The validator list could not be stored for other instances; this instance uses it: {Failure}")]
    public static partial void StoreNotWritten(ILogger logger, string failure);

    [LoggerMessage(
        3105,
        LogLevel.Warning,
        "The stored list of subnet {Netuid} has an unknown format or is damaged; the miner rebuilds it from the chain"
    )]
    public static partial void RecordDamaged(ILogger logger, ushort netuid);

    [LoggerMessage(3107, LogLevel.Warning, "The list of subnet {Netuid} rests on one node only: {Concern}")]
    public static partial void OneNodesWord(ILogger logger, ushort netuid, string concern);

    [LoggerMessage(
        3108,
        LogLevel.Warning,
        "The miner's standing in the subnet could not be read; the dashboard shows the last one: {Failure}"
    )]
    public static partial void StandingNotRead(ILogger logger, string failure);

    [LoggerMessage(3106, LogLevel.Error, "Reading the subnet failed unexpectedly; the miner tries again")]
    public static partial void RefreshThrew(ILogger logger, Exception exception);
}
