using Bittbridge.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Bittbridge.EndToEnd.Tests.Testing;

/// <summary>No test holds up a run.</summary>
public sealed class MaxDurationTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    private readonly FakeTimeProvider _clock = new();
    private readonly List<string> _done = [];

    [Fact]
    public void A_test_that_takes_too_long_is_cancelled_and_ends_the_process_if_it_goes_on_for_another_minute()
    {
        using var watch = Watch();
        _clock.Advance(TimeSpan.FromSeconds(599));
        Assert.Empty(_done);

        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["cancelled"], _done);

        _clock.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(["cancelled"], _done);

        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["cancelled", "ended"], _done);
    }

    [Fact]
    public void A_test_that_ends_when_it_is_cancelled_does_not_end_the_process()
    {
        using (Watch())
        {
            _clock.Advance(Limit);
        }

        _clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(["cancelled"], _done);
    }

    [Fact]
    public void A_test_that_ends_in_time_is_not_cancelled()
    {
        using (Watch())
        {
            _clock.Advance(Limit - TimeSpan.FromSeconds(1));
        }

        _clock.Advance(TimeSpan.FromHours(1));
        Assert.Empty(_done);
    }

    private ITimer Watch() => MaxDurationAttribute.Watch(_clock, Limit, () => _done.Add("cancelled"), () => _done.Add("ended"));
}
