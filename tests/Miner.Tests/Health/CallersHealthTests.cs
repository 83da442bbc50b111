using Bittbridge.Miner.Challenges;
using Bittbridge.Miner.Health;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Bittbridge.Miner.Tests.Health;

public sealed class CallersHealthTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 26, 12, 0, 0, TimeSpan.Zero);

    // The seventh asks once only, so it is not counted.
    [Theory]
    [InlineData(3, "")]
    [InlineData(4, ", and 1 more caller asks for another task")]
    [InlineData(7, ", and 3 more callers ask for another task")]
    public void Of_the_callers_that_ask_for_another_task_the_three_most_active_are_named_and_the_others_counted(int callers, string others)
    {
        var health = Check(callers, (caller, i) => new(caller, Now) { OtherTasks = 7 - i, Offset = TimeSpan.FromHours(6) });

        Assert.Equal(HealthStatus.Degraded, health.Status);
        Assert.Equal(
            "in the last hour A asks for forecasts 6 h ahead (7 times), B asks for forecasts 6 h ahead (6 times), C asks for forecasts 6 "
                + $"h ahead (5 times){others}; this miner forecasts USDT/CNY 1 h ahead: set Bittbridge:Netuid (183) to the subnet whose "
                + "validators ask for that",
            health.Description
        );
    }

    [Theory]
    [InlineData(1, "")]
    [InlineData(2, ", like 1 more caller")]
    [InlineData(7, ", like 5 more callers")]
    public void Of_the_callers_without_a_permit_the_most_active_is_named_and_the_others_counted(int callers, string others)
    {
        var health = Check(callers, (caller, i) => new(caller, Now) { LackedPermit = 7 - i });

        Assert.Equal(HealthStatus.Degraded, health.Status);
        Assert.Equal(
            $"in the last hour no caller was answered, and A was refused 7 times because it has no validator permit{others}: if it is the "
                + "subnet's validator, set Bittbridge:Access to registered",
            health.Description
        );
    }

    private static HealthCheckResult Check(int callers, Func<string, int, CallerActivity.Activity> activity)
    {
        string[] names = ["A", "B", "C", "D", "E", "F", "G"];
        return CallersHealth.Check(
            [.. names.Take(callers).Select(activity)],
            new() { Storage = new("UseDevelopmentStorage=true"), Netuid = 183 }
        );
    }
}
