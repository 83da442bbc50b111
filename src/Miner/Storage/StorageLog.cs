using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner.Storage;

internal static partial class StorageLog
{
    [LoggerMessage(3300, LogLevel.Error, "A background refresh failed unexpectedly; the next attempt follows in {Seconds:0} s")]
    public static partial void RefreshFailed(ILogger logger, Exception exception, double seconds);
}
