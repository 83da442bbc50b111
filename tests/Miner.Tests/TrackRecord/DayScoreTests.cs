using Bittbridge.Miner.Forecasting;
using Bittbridge.Miner.TrackRecord;
using Bittbridge.Models;
using Bittbridge.Models.Scoring;

namespace Bittbridge.Miner.Tests.TrackRecord;

public sealed class DayScoreTests
{
    [Fact]
    public void The_error_of_the_last_price_is_a_mean_and_the_latencies_are_ranked()
    {
        ScoredSlot[] slots = [Slot(0, 7.25, 40), Slot(1, 7.75, 10), Slot(2, 7.5, 30), Slot(3, 8.5, 20)];

        var score = DayScore.Of(new(2026, 11, 23), "m@1", ForecastRole.Active, 4, slots, new());

        Assert.Equal((0.125, 0.375), (score.MeanAbsoluteError, score.LastPriceError));
        Assert.Equal((20d, 40d), (score.LatencyP50Ms, score.LatencyP99Ms));
    }

    [Fact]
    public void The_99th_percentile_of_two_hundred_latencies_leaves_out_the_two_longest()
    {
        var slots = Enumerable.Range(0, 200).Select(i => Slot(i, 7.25, 200 - i)).ToList();

        var score = DayScore.Of(new(2026, 11, 23), "m@1", ForecastRole.Active, 200, slots, new());

        Assert.Equal((100d, 198d), (score.LatencyP50Ms, score.LatencyP99Ms));
    }

    [Fact]
    public void A_day_without_outcomes_has_no_figures()
    {
        var score = DayScore.Of(new(2026, 11, 23), "m@1", ForecastRole.Active, 1, [], new());

        Assert.Equal((1, 0), (score.Answered, score.Scored));
        Assert.Null(score.MeanAbsoluteError);
        Assert.Null(score.LastPriceError);
        Assert.Null(score.LatencyP50Ms);
        Assert.Null(score.LatencyP99Ms);
    }

    private static ScoredSlot Slot(int index, double last, float latencyMs)
    {
        var madeAt = new DateTimeOffset(2026, 11, 23, 0, 0, 0, TimeSpan.Zero).AddMinutes(5 * index);
        return new(new ScoredForecast(madeAt, 7.625, null, last, 7.5), madeAt + Forecast.Horizon, latencyMs);
    }
}
