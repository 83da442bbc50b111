using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner.Challenges;

/// <summary>
/// Logs refusals so that a flood of requests does not flood the log: the first few of a minute one by one, the rest as a count.
/// </summary>
internal sealed class RefusalLogThrottle(TimeProvider clock, ILogger<RefusalLogThrottle> logger)
{
    /// <summary>How many refusals a minute get a log line of their own.</summary>
    public const int LinesPerMinute = 10;

    private readonly Lock _lock = new();
    private TimeWindow _minute;
    private int _count;

    /// <param name="status">The HTTP status that was answered.</param>
    /// <param name="message">The reason. It contains nothing of the request except what the refusal quotes.</param>
    public void Add(int status, string message)
    {
        int count;
        var unsaid = 0;
        lock (_lock)
        {
            var now = clock.GetUtcNow();
            if (!_minute.Contains(now))
            {
                unsaid = Math.Max(0, _count - LinesPerMinute);
                (_minute, _count) = (new(now, TimeSpan.FromMinutes(1)), 0);
            }

            count = ++_count;
        }

        if (unsaid > 0)
        {
            ChallengeLog.RefusedMore(logger, unsaid);
        }

        if (count <= LinesPerMinute)
        {
            ChallengeLog.Refused(logger, status, message);
        }
    }
}
