using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner.Housekeeping;

internal static partial class HousekeepingLog
{
    [LoggerMessage(4100, LogLevel.Error, "{Task} failed; it is tried again at the next housekeeping")]
    public static partial void TaskFailed(ILogger logger, Exception exception, string task);

    [LoggerMessage(4000, LogLevel.Error, "{Name} failed; it runs again at its next time")]
    public static partial void Failed(ILogger logger, Exception exception, string name);
}
