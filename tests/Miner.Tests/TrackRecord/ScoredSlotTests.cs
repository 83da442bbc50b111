using Bittbridge.Miner.TrackRecord;
using Bittbridge.Models;
using Bittbridge.Models.Scoring;

namespace Bittbridge.Miner.Tests.TrackRecord;

public sealed class ScoredSlotTests
{
    [Theory]
    [InlineData(-40, 30, 7.2)]
    [InlineData(30, -40, 7.1)]
    [InlineData(60, -60, 7.2)]
    [InlineData(-60, 60, 7.1)]
    [InlineData(-60, -60, 7.2)]
    public void The_nearer_price_wins_then_the_earlier_one_and_then_the_revision(int knownSecond, int newSecond, double truth)
    {
        var (known, newcomer) = (Slot(7.1, knownSecond), Slot(7.2, newSecond));

        Assert.Equal(truth, ScoredSlot.Prefer(known, newcomer).Forecast.Truth);
    }

    /// <param name="truth">The price.</param>
    /// <param name="second">When it was observed, in seconds after the target.</param>
    private static ScoredSlot Slot(double truth, int second) =>
        new(new ScoredForecast(ScoringTest.Noon - Forecast.Horizon, 7.1, null, 7.1, truth), ScoringTest.Noon.AddSeconds(second), 8);
}
