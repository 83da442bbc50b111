using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner.Access;

internal static partial class AccessLog
{
    [LoggerMessage(3100, LogLevel.Information, "Subnet {Netuid} has {Count} hotkeys, {Permits} with a validator permit, at block {Block}")]
    public static partial void Refreshed(ILogger logger, ushort netuid, int count, int permits, uint block);

    [LoggerMessage(
        3101,
        LogLevel.Warning,
        "Subnet {Netuid} could not be read from the chain; the last list goes on while it may: {Failure}"
    )]
    public static partial void NotRead(ILogger logger, ushort netuid, string failure);

    [LoggerMessage(
        3102,
        LogLevel.Warning,
        "The miner's hotkey {Hotkey} is not registered in subnet {Netuid}, so no validator will find it: register it, or check "
            + "Bittbridge:Hotkey, Bittbridge:Netuid and Bittbridge:Network"
    )]
    public static partial void NotRegistered(ILogger logger, string hotkey, ushort netuid);

    [LoggerMessage(3103, LogLevel.Warning, "What other instances know of the subnet could not be read: {Failure}")]
    public static partial void StoreNotRead(ILogger logger, string failure);

    [LoggerMessage(3104, LogLevel.Warning, "The subnet's list could not be kept for other instances, this one goes by it: {Failure}")]
    public static partial void StoreNotWritten(ILogger logger, string failure);

    [LoggerMessage(
        3105,
        LogLevel.Warning,
        "The stored list of subnet {Netuid} has an unknown format or is damaged; it is made again from the chain"
    )]
    public static partial void RecordDamaged(ILogger logger, ushort netuid);

    [LoggerMessage(3107, LogLevel.Warning, "Of the nodes of subnet {Netuid} only one could be gone by: {Concern}")]
    public static partial void OneNodesWord(ILogger logger, ushort netuid, string concern);

    [LoggerMessage(3106, LogLevel.Error, "Reading the subnet failed unexpectedly; it is tried again")]
    public static partial void RefreshThrew(ILogger logger, Exception exception);
}
