using Bittbridge.Miner.Access;
using Bittbridge.Miner.Tests.Http;

namespace Bittbridge.Miner.Tests.Access;

public sealed class RefreshBackoffTests
{
    private readonly MovableClock _clock = new() { Now = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero) };

    [Fact]
    public void After_a_read_the_next_may_follow_in_a_minute()
    {
        var backoff = new RefreshBackoff(_clock);
        Assert.True(backoff.MayRead);
        backoff.Succeeded();
        Assert.Equal(60, SecondsUntilNext(backoff));
    }

    [Fact]
    public void Failures_double_the_pause_up_to_fifteen_minutes_and_a_success_ends_that()
    {
        var backoff = new RefreshBackoff(_clock);
        foreach (var minutes in (int[])[1, 2, 4, 8, 15, 15])
        {
            backoff.Failed();
            Assert.Equal(60 * minutes, SecondsUntilNext(backoff));
        }

        backoff.Succeeded();
        backoff.Failed();
        Assert.Equal(60, SecondsUntilNext(backoff));
    }

    [Fact]
    public void A_clock_that_is_set_back_prolongs_no_pause()
    {
        var backoff = new RefreshBackoff(_clock);
        backoff.Succeeded();
        Assert.False(backoff.MayRead);
        _clock.Now = _clock.Now.AddHours(-8);
        Assert.True(backoff.MayRead);
    }

    /// <summary>Moves the clock by seconds until the pause is over.</summary>
    private int SecondsUntilNext(RefreshBackoff backoff)
    {
        var seconds = 0;
        for (; !backoff.MayRead; seconds++)
        {
            Assert.True(seconds < 3600, "The pause is longer than an hour.");
            _clock.Now += TimeSpan.FromSeconds(1);
        }

        return seconds;
    }
}
