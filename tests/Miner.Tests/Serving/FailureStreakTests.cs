using Microsoft.Extensions.Time.Testing;

namespace Bittbridge.Miner.Tests;

public sealed class FailureStreakTests
{
    private readonly FakeTimeProvider _clock = new(new(2026, 11, 24, 4, 0, 0, TimeSpan.Zero));
    private readonly FailureStreak _streak;

    public FailureStreakTests() => _streak = new(_clock);

    [Fact]
    public void Failures_that_are_not_in_a_row_change_nothing()
    {
        for (var i = 0; i < 10; i++)
        {
            Assert.False(_streak.Fail());
            Assert.False(_streak.Fail());
            Assert.False(_streak.Succeed());
            Assert.True(MayTry());
        }
    }

    [Fact]
    public void After_three_in_a_row_it_rests_until_its_time_is_over()
    {
        Assert.Equal([false, false, true], [_streak.Fail(), _streak.Fail(), _streak.Fail()]);
        Assert.Equal(_clock.GetUtcNow() + FailureStreak.Rest, _streak.RestsUntil);
        _clock.Advance(FailureStreak.Rest - TimeSpan.FromTicks(1));
        Assert.False(MayTry());
        _clock.Advance(TimeSpan.FromTicks(1));
        Assert.True(MayTry());
    }

    [Fact]
    public void There_is_one_trial_and_its_failure_begins_another_rest()
    {
        FailThrice();
        _clock.Advance(FailureStreak.Rest);
        Assert.True(MayTry());
        Assert.False(MayTry());
        _streak.Fail();
        Assert.False(MayTry());
        _clock.Advance(FailureStreak.Rest);
        Assert.True(MayTry());
    }

    [Fact]
    public void A_good_trial_ends_the_streak_whole()
    {
        FailThrice();
        _clock.Advance(FailureStreak.Rest);
        Assert.True(MayTry());
        Assert.True(_streak.Succeed());
        Assert.Null(_streak.RestsUntil);
        Assert.False(_streak.Fail());
        Assert.True(MayTry());
    }

    [Fact]
    public void A_trial_that_said_nothing_is_still_open()
    {
        FailThrice();
        _clock.Advance(FailureStreak.Rest);
        Assert.True(MayTry());
        _streak.Reopen();
        Assert.True(MayTry());
    }

    [Fact]
    public void A_run_that_can_say_nothing_does_not_use_up_the_trial()
    {
        FailThrice();
        _clock.Advance(FailureStreak.Rest);
        Assert.Equal(StreakTurn.Resting, _streak.Begin(mayTrial: false));
        Assert.Equal(StreakTurn.Trial, _streak.Begin(mayTrial: true));
    }

    [Fact]
    public void A_failure_of_a_run_from_before_the_rest_does_not_make_it_longer()
    {
        FailThrice();
        var until = _streak.RestsUntil;
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.False(_streak.Fail());
        Assert.Equal(until, _streak.RestsUntil);
    }

    private bool MayTry() => _streak.Begin(mayTrial: true) != StreakTurn.Resting;

    private void FailThrice()
    {
        for (var i = 0; i < FailureStreak.Most; i++)
        {
            _streak.Fail();
        }
    }
}
