using Bittbridge.Miner.Prices;
using Bittbridge.Models;

namespace Bittbridge.Miner.Tests.Prices;

public sealed class PriceConditionTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(-432_000, PriceGrade.Future, "the newest is 7200 hours ahead of this machine's clock")]
    [InlineData(-2.1, PriceGrade.Future, "the newest is 2.1 minutes ahead of this machine's clock")]
    [InlineData(-2, PriceGrade.Fresh, "the newest is 0.0 minutes old")]
    [InlineData(1, PriceGrade.Fresh, "the newest is 1.0 minutes old")]
    [InlineData(15, PriceGrade.Fresh, "the newest is 15.0 minutes old")]
    [InlineData(15.1, PriceGrade.Old, "the newest is 15.1 minutes old")]
    [InlineData(1440, PriceGrade.Old, "the newest is 24 hours old")]
    [InlineData(1441, PriceGrade.TooOld, "too old to answer with")]
    public void An_age_is_judged_and_is_never_negative_in_words(double minutes, PriceGrade grade, string words)
    {
        var condition = PriceCondition.Of(Snapshot(Now.AddMinutes(-minutes)), Now);
        Assert.Equal(grade, condition.Grade);
        Assert.Contains(words, condition.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain("-", condition.Detail.Replace("tether-cny", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void A_stuck_price_is_reported_with_its_beginning()
    {
        var condition = PriceCondition.Of(Snapshot(Now.AddMinutes(-1)) with { StuckSince = Now.AddHours(-6) }, Now);
        Assert.Equal(PriceGrade.Stuck, condition.Grade);
        Assert.Contains("the same to the last digit since 2026-11-23 06:00:00Z", condition.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_price_is_reported() => Assert.Equal(new(PriceGrade.None, "no price is known yet"), PriceCondition.Of(null, Now));

    private static PriceSnapshot Snapshot(DateTimeOffset newest) =>
        new(PriceSeries.Real, "coingecko", PriceHistory.FromPoints([new(newest, 7.1)]), new());
}
