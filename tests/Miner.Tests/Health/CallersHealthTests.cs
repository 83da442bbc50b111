using Bittbridge.Miner.Challenges;
using Bittbridge.Miner.Health;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Bittbridge.Miner.Tests.Health;

public sealed class CallersHealthTests
{
    [Fact]
    public void Of_four_callers_that_ask_for_another_task_the_three_most_active_are_named()
    {
        var now = new DateTimeOffset(2026, 11, 26, 12, 0, 0, TimeSpan.Zero);
        string[] callers = ["A", "B", "C", "D"];
        var recent = callers.Select(
            (caller, i) => new CallerActivity.Activity(caller, now) { OtherTasks = 5 - i, Offset = TimeSpan.FromHours(6) }
        );

        var health = CallersHealth.Check([.. recent], new() { Storage = new("UseDevelopmentStorage=true"), Netuid = 183 });

        Assert.Equal(HealthStatus.Degraded, health.Status);
        Assert.Equal(
            "in the last hour A asks for forecasts 6 h ahead (5 times), B asks for forecasts 6 h ahead (4 times), C asks for forecasts 6 "
                + "h ahead (3 times); this miner forecasts USDT/CNY 1 h ahead: set Bittbridge:Netuid (183) to the subnet whose validators "
                + "ask for that",
            health.Description
        );
    }
}
