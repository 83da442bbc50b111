using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner.Housekeeping;

internal static partial class ScheduleLog
{
    [LoggerMessage(4000, LogLevel.Error, "{Name} failed; it runs again at its next scheduled time")]
    public static partial void Failed(ILogger logger, Exception exception, string name);
}
