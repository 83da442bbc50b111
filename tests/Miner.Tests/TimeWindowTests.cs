namespace Bittbridge.Miner.Tests;

public sealed class TimeWindowTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Length = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Tick = TimeSpan.FromTicks(1);

    [Fact]
    public void It_contains_its_start_and_not_its_end()
    {
        var window = new TimeWindow(Start, Length);
        Assert.True(window.Contains(Start));
        Assert.True(window.Contains(Start + Length - Tick));
        Assert.False(window.Contains(Start + Length));
        Assert.False(window.Contains(DateTimeOffset.MaxValue));
    }

    [Fact]
    public void A_clock_that_is_set_back_to_before_the_start_is_outside_of_it()
    {
        var window = new TimeWindow(Start, Length);
        Assert.False(window.Contains(Start - Tick));
        Assert.False(window.Contains(Start.AddHours(-8)));
        Assert.False(window.Contains(DateTimeOffset.MinValue));
    }

    [Fact]
    public void The_default_contains_no_time()
    {
        Assert.False(default(TimeWindow).Contains(DateTimeOffset.MinValue));
        Assert.False(default(TimeWindow).Contains(Start));
        Assert.False(default(TimeWindow).Contains(DateTimeOffset.MaxValue));
    }
}
