using Bittbridge.Miner.TrackRecord;
using Bittbridge.Models;
using Bittbridge.Models.Scoring;

namespace Bittbridge.Miner.Tests.TrackRecord;

public sealed class RatioBoundsTests
{
    /// <summary>
    /// Two of the 120 slots have an error, so that 48 of the 120 blocks contain one. A draw has five blocks and its ratio is the share of
    /// them with an error: none in 8 % of the draws, all five in 1 %, and four or more in 9 %.
    /// </summary>
    [Fact]
    public void A_draw_has_as_many_blocks_as_fit_into_the_span()
    {
        var slots = Enumerable
            .Range(0, 120)
            .Select(i => (PriceSlot.NearestTo(ScoringTest.Noon.AddMinutes(5 * i)), i % 60 == 0 ? 24d : 0, 1d))
            .ToList();

        Assert.Equal(new Bounds(0, 0.8), RatioBounds.OfSums(slots));
    }

    [Fact]
    public void One_day_has_no_bounds_and_two_days_have_those_of_their_draws()
    {
        Assert.Null(RatioBounds.OfDays([(1, 1)]));
        Assert.Equal(new Bounds(1, 3), RatioBounds.OfDays([(1, 1), (3, 1)]));
    }
}
