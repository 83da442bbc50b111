using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner.Housekeeping;

internal static partial class HousekeepingLog
{
    [LoggerMessage(4100, LogLevel.Error, "{Task} failed; the next housekeeping run tries again")]
    public static partial void TaskFailed(ILogger logger, Exception exception, string task);

    [LoggerMessage(4000, LogLevel.Error, "{Name} failed; it runs again at its next scheduled time")]
    public static partial void Failed(ILogger logger, Exception exception, string name);
}
