using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner.Housekeeping;

internal static partial class HousekeepingLog
{
    [LoggerMessage(4100, LogLevel.Error, "{Task} failed; the next housekeeping run tries again")]
    public static partial void TaskFailed(ILogger logger, Exception exception, string task);
}
