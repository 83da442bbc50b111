using Bittbridge.Miner.Challenges;
using Bittbridge.Miner.Tests.Replay;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Bittbridge.Miner.Tests.Challenges;

public sealed class RefusalLogThrottleTests
{
    [Fact]
    public void A_flood_of_refusals_leaves_ten_lines_a_minute_and_a_count()
    {
        var clock = new FakeTimeProvider();
        using var log = new KeptLog();
        using var loggers = LoggerFactory.Create(logging => logging.AddProvider(log));
        var throttle = new RefusalLogThrottle(clock, loggers.CreateLogger<RefusalLogThrottle>());

        Refuse(throttle, 1000);
        Assert.Equal((10, 0), (log.Count(3002), log.Count(3006)));

        clock.Advance(TimeSpan.FromMinutes(1));
        Refuse(throttle, 1);
        Assert.Equal((11, 1), (log.Count(3002), log.Count(3006)));
        Assert.Contains((3006, "Refused 990 more requests in that minute"), log.Lines);
    }

    [Fact]
    public void After_the_clock_was_set_back_a_new_minute_begins()
    {
        var clock = new FakeTimeProvider();
        using var log = new KeptLog();
        using var loggers = LoggerFactory.Create(logging => logging.AddProvider(log));
        var throttle = new RefusalLogThrottle(clock, loggers.CreateLogger<RefusalLogThrottle>());
        Refuse(throttle, 1000);

        clock.AdjustTime(clock.GetUtcNow().AddHours(-8));
        Refuse(throttle, 1000);
        Assert.Equal((20, 1), (log.Count(3002), log.Count(3006)));
    }

    private static void Refuse(RefusalLogThrottle throttle, int count)
    {
        for (var i = 0; i < count; i++)
        {
            throttle.Add(401, "no");
        }
    }
}
