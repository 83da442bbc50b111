using Bittbridge.Miner.Access;

namespace Bittbridge.Miner.Tests.Access;

/// <summary>The other tests take these times from the product or only exceed them, so that they pass with other ones.</summary>
public sealed class AccessTimesTests
{
    [Fact]
    public void A_list_is_read_again_after_ten_minutes_by_housekeeping_and_after_two_hours_for_a_request()
    {
        Assert.Equal(TimeSpan.FromMinutes(10), ValidatorRefresh.YoungEnough);
        Assert.Equal(TimeSpan.FromHours(2), ValidatorRefresh.NeededAfter);
        Assert.Equal(TimeSpan.FromMinutes(10), ValidatorRefresh.SecondReadAfter);
    }

    [Fact]
    public void The_standing_is_read_again_after_45_minutes_by_housekeeping_and_after_two_hours_for_a_reader()
    {
        Assert.Equal(TimeSpan.FromMinutes(45), StandingRefresh.FreshFor);
        Assert.Equal(TimeSpan.FromHours(2), StandingRefresh.NeededAfter);
    }

    [Fact]
    public void A_block_takes_twelve_seconds_and_a_quarter_of_one_on_a_local_chain()
    {
        Assert.Equal(TimeSpan.FromSeconds(12), ListReview.ChainBlockTime);
        Assert.Equal(TimeSpan.FromMilliseconds(250), ListReview.FastBlockTime);
    }
}
