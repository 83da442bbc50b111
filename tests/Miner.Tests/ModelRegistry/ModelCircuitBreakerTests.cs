using Bittbridge.Miner.Forecasting;
using Microsoft.Extensions.Time.Testing;

namespace Bittbridge.Miner.Tests.ModelRegistry;

public sealed class ModelCircuitBreakerTests
{
    private readonly FakeTimeProvider _clock = new(new(2026, 11, 24, 4, 0, 0, TimeSpan.Zero));
    private readonly ModelCircuitBreaker _breaker;

    public ModelCircuitBreakerTests() => _breaker = new(_clock);

    [Fact]
    public void Failures_that_are_not_in_a_row_change_nothing()
    {
        for (var i = 0; i < 10; i++)
        {
            Assert.False(_breaker.Fail());
            Assert.False(_breaker.Fail());
            Assert.False(_breaker.Succeed());
            Assert.True(MayTry());
        }
    }

    [Fact]
    public void After_three_in_a_row_it_rests_until_its_time_is_over()
    {
        Assert.Equal([false, false, true], [_breaker.Fail(), _breaker.Fail(), _breaker.Fail()]);
        Assert.Equal(_clock.GetUtcNow() + ModelCircuitBreaker.Rest, _breaker.RestsUntil);
        _clock.Advance(ModelCircuitBreaker.Rest - TimeSpan.FromTicks(1));
        Assert.False(MayTry());
        _clock.Advance(TimeSpan.FromTicks(1));
        Assert.True(MayTry());
    }

    [Fact]
    public void There_is_one_trial_and_its_failure_begins_another_rest()
    {
        FailThrice();
        _clock.Advance(ModelCircuitBreaker.Rest);
        Assert.True(MayTry());
        Assert.False(MayTry());
        _breaker.Fail();
        Assert.False(MayTry());
        _clock.Advance(ModelCircuitBreaker.Rest);
        Assert.True(MayTry());
    }

    [Fact]
    public void A_good_trial_ends_the_streak_whole()
    {
        FailThrice();
        _clock.Advance(ModelCircuitBreaker.Rest);
        Assert.True(MayTry());
        Assert.True(_breaker.Succeed());
        Assert.Null(_breaker.RestsUntil);
        Assert.False(_breaker.Fail());
        Assert.True(MayTry());
    }

    [Fact]
    public void A_trial_that_said_nothing_is_still_open()
    {
        FailThrice();
        _clock.Advance(ModelCircuitBreaker.Rest);
        Assert.True(MayTry());
        _breaker.Reopen();
        Assert.True(MayTry());
    }

    [Fact]
    public void A_run_that_can_say_nothing_does_not_use_up_the_trial()
    {
        FailThrice();
        _clock.Advance(ModelCircuitBreaker.Rest);
        Assert.Equal(StreakTurn.Resting, _breaker.Begin(mayTrial: false));
        Assert.Equal(StreakTurn.Trial, _breaker.Begin(mayTrial: true));
    }

    [Fact]
    public void A_failure_of_a_run_from_before_the_rest_does_not_make_it_longer()
    {
        FailThrice();
        var until = _breaker.RestsUntil;
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.False(_breaker.Fail());
        Assert.Equal(until, _breaker.RestsUntil);
    }

    private bool MayTry() => _breaker.Begin(mayTrial: true) != StreakTurn.Resting;

    private void FailThrice()
    {
        for (var i = 0; i < ModelCircuitBreaker.MaxFailures; i++)
        {
            _breaker.Fail();
        }
    }
}
