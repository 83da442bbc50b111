using System.Globalization;
using Bittbridge.Bittensor.Keys;
using Bittbridge.Miner.Challenges;
using Bittbridge.Miner.Health;
using Bittbridge.Miner.Tests.Access;
using Bittbridge.Miner.Tests.Replay;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Bittbridge.Miner.Tests.Challenges;

public sealed class CallerActivityTests : IDisposable
{
    private static readonly PublicKey Alice = TestSubnet.Alice.PublicKey;

    private readonly FakeTimeProvider _clock = new(new(2026, 11, 26, 12, 0, 0, TimeSpan.Zero));
    private readonly KeptLog _log = new();
    private readonly LoggerFactory _loggers;
    private readonly CallerActivity _activity;

    public CallerActivityTests()
    {
        _loggers = new([_log]);
        _activity = new(_clock, _loggers.CreateLogger<CallerActivity>());
    }

    private HealthCheckResult Health =>
        CallersHealth.Check(_activity.Recent(), new() { Storage = new("UseDevelopmentStorage=true"), Netuid = 183 });

    public void Dispose() => _loggers.Dispose();

    [Fact]
    public void A_validator_that_asks_six_hours_ahead_is_named_with_the_remedy_and_logged_once_a_day()
    {
        _activity.AskedForAnotherTask(Alice, TimeSpan.FromHours(6));
        Assert.Equal(HealthStatus.Healthy, Health.Status);
        _activity.AskedForAnotherTask(Alice, TimeSpan.FromMinutes(358));

        Assert.Equal(HealthStatus.Degraded, Health.Status);
        Assert.Equal(
            $"in the last hour {TestSubnet.Alice} asks for forecasts 6 h ahead (2 times); this miner forecasts USDT/CNY 1 h ahead: set "
                + "Bittbridge:Netuid (183) to the subnet whose validators ask for that",
            Health.Description
        );
        Assert.Equal(1, _log.Count(3007));
        _clock.Advance(TimeSpan.FromHours(25));
        _activity.AskedForAnotherTask(Alice, TimeSpan.FromHours(6));
        Assert.Equal(2, _log.Count(3007));
    }

    [Fact]
    public void After_the_clock_was_set_back_a_caller_of_the_wrong_time_is_forgotten()
    {
        _activity.AskedForAnotherTask(Alice, TimeSpan.FromHours(6));
        _activity.AskedForAnotherTask(Alice, TimeSpan.FromHours(6));
        var wrong = _activity.Recent();
        _clock.AdjustTime(_clock.GetUtcNow() - TimeSpan.FromDays(1));
        Assert.Equal(HealthStatus.Healthy, Health.Status);
        Assert.Empty(CallerActivity.Merge(wrong, _clock.GetUtcNow()));

        _activity.Answered(Alice, default);
        Assert.Equal((1, 0), (_activity.Recent().Single().Answered, _activity.Recent().Single().OtherTasks));
    }

    [Fact]
    public void An_hour_later_it_is_forgotten()
    {
        _activity.AskedForAnotherTask(Alice, TimeSpan.FromHours(-3));
        _activity.AskedForAnotherTask(Alice, TimeSpan.FromHours(-3));
        Assert.Contains("3 h back", Health.Description, StringComparison.Ordinal);
        _clock.Advance(TimeSpan.FromMinutes(61));
        Assert.Equal((HealthStatus.Healthy, "no challenge was answered in the last hour"), (Health.Status, Health.Description));
    }

    [Fact]
    public void A_wrong_clock_is_not_taken_for_another_task()
    {
        for (var i = 0; i < 5; i++)
        {
            _activity.AskedForAnotherTask(Alice, TimeSpan.FromMinutes(29));
        }

        Assert.Equal((HealthStatus.Healthy, 0), (Health.Status, _log.Count(3007)));
    }

    [Fact]
    public void The_only_steady_caller_that_lacks_a_permit_is_named_until_another_is_answered()
    {
        _activity.LackedPermit(Alice);
        Assert.Equal(HealthStatus.Healthy, Health.Status);
        _activity.LackedPermit(Alice);
        Assert.Equal(HealthStatus.Degraded, Health.Status);
        Assert.Contains($"{TestSubnet.Alice} was refused 2 times", Health.Description, StringComparison.Ordinal);
        Assert.Contains("set Bittbridge:Access to registered", Health.Description, StringComparison.Ordinal);

        _activity.Answered(TestSubnet.Bob.PublicKey, default);
        Assert.Equal((HealthStatus.Healthy, "one caller was answered in the last hour"), (Health.Status, Health.Description));
    }

    [Fact]
    public void A_thousand_callers_leave_it_bounded_and_the_newest_known()
    {
        for (var i = 0; i < 1000; i++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            _activity.AskedForAnotherTask(new(BitConverter.GetBytes((long)i).Concat(new byte[24]).ToArray()), TimeSpan.FromHours(6));
        }

        _activity.Answered(Alice, default);
        Assert.InRange(_activity.Recent().Count, 100, 256);
        Assert.Contains(_activity.Recent(), caller => caller.Caller == TestSubnet.Alice.ToString());
    }

    [Theory]
    [InlineData("06:00:00", "6 h ahead")]
    [InlineData("-00:45:00", "45 min back")]
    [InlineData("05:30:00", "5.5 h ahead")]
    public void An_offset_is_described_in_words(string offset, string words) =>
        Assert.Equal(words, CallerActivity.InWords(TimeSpan.Parse(offset, CultureInfo.InvariantCulture)));
}
