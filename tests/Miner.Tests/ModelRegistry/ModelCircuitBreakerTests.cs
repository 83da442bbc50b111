using Bittbridge.Miner.Forecasting;

namespace Bittbridge.Miner.Tests.ModelRegistry;

public sealed class ModelCircuitBreakerTests
{
    private readonly MisdatedClock _clock = new(new(2026, 11, 24, 4, 0, 0, TimeSpan.Zero));
    private readonly ModelCircuitBreaker _breaker;

    public ModelCircuitBreakerTests() => _breaker = new(_clock);

    [Fact]
    public void Failures_that_are_not_consecutive_do_not_open_the_circuit()
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
    public void After_three_consecutive_failures_the_circuit_is_open_for_its_duration()
    {
        Assert.Equal([false, false, true], [_breaker.Fail(), _breaker.Fail(), _breaker.Fail()]);
        Assert.Equal(_clock.GetUtcNow() + ModelCircuitBreaker.BreakDuration, _breaker.OpenUntil);
        _clock.Advance(ModelCircuitBreaker.BreakDuration - TimeSpan.FromTicks(1));
        Assert.False(MayTry());
        _clock.Advance(TimeSpan.FromTicks(1));
        Assert.True(MayTry());
    }

    [Fact]
    public void There_is_one_trial_and_its_failure_opens_the_circuit_again()
    {
        FailThrice();
        _clock.Advance(ModelCircuitBreaker.BreakDuration);
        Assert.True(MayTry());
        Assert.False(MayTry());
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.True(_breaker.Fail(isTrial: true));
        Assert.Equal(_clock.GetUtcNow() + ModelCircuitBreaker.BreakDuration, _breaker.OpenUntil);
        Assert.False(MayTry());
        _clock.Advance(ModelCircuitBreaker.BreakDuration);
        Assert.True(MayTry());
    }

    [Fact]
    public void A_successful_trial_closes_the_circuit()
    {
        FailThrice();
        _clock.Advance(ModelCircuitBreaker.BreakDuration);
        Assert.True(MayTry());
        Assert.True(_breaker.Succeed());
        Assert.Null(_breaker.OpenUntil);
        Assert.False(_breaker.Fail());
        Assert.True(MayTry());
    }

    [Fact]
    public void A_trial_without_a_result_is_given_to_the_next_run()
    {
        FailThrice();
        _clock.Advance(ModelCircuitBreaker.BreakDuration);
        Assert.True(MayTry());
        _breaker.ReleaseTrial();
        Assert.True(MayTry());
    }

    [Fact]
    public void A_run_that_is_too_short_does_not_use_up_the_trial()
    {
        FailThrice();
        _clock.Advance(ModelCircuitBreaker.BreakDuration);
        Assert.Equal(CircuitDecision.Refused, _breaker.Begin(mayTrial: false));
        Assert.Equal(CircuitDecision.Trial, _breaker.Begin(mayTrial: true));
    }

    [Fact]
    public void A_failure_of_a_run_that_started_before_the_break_does_not_prolong_it()
    {
        FailThrice();
        var until = _breaker.OpenUntil;
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.False(_breaker.Fail());
        Assert.Equal(until, _breaker.OpenUntil);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public void The_break_is_as_long_when_a_wrong_clock_is_set_right_meanwhile(int hoursAhead)
    {
        _clock.Ahead = TimeSpan.FromHours(hoursAhead);
        FailThrice();
        _clock.Advance(TimeSpan.FromMinutes(1));
        _clock.Ahead = TimeSpan.Zero;
        var left = ModelCircuitBreaker.BreakDuration - TimeSpan.FromMinutes(1);
        Assert.Equal(_clock.GetUtcNow() + left, _breaker.OpenUntil);
        Assert.False(MayTry());
        _clock.Advance(left);
        Assert.True(MayTry());
    }

    private bool MayTry() => _breaker.Begin(mayTrial: true) != CircuitDecision.Refused;

    private void FailThrice()
    {
        for (var i = 0; i < ModelCircuitBreaker.MaxFailures; i++)
        {
            _breaker.Fail();
        }
    }
}
