using Bittbridge.Miner.Prices.Source;
using Bittbridge.Miner.Prices.Validation;
using Bittbridge.Models;
using Bittbridge.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Bittbridge.Miner.Tests.Prices;

public sealed class SimulatedSourceTests
{
    private const int Day = 288;
    private const int Days = 60;

    private static readonly DateTimeOffset End = new(2026, 11, 23, 0, 0, 0, TimeSpan.Zero);
    private static readonly QuotedPrice[] SixtyDays = [.. Source(End).Until(End, (Days * Day) + 1)];

    [Fact]
    public async Task Two_instances_quote_the_same_prices()
    {
        var (one, other) = (Source(End.AddSeconds(17)), Source(End.AddSeconds(44)));

        Assert.Equal((await DayAsync(one)).Prices, (await DayAsync(other)).Prices);
        Assert.Equal((await LatestAsync(one)).Prices, (await LatestAsync(other)).Prices);
    }

    [Fact]
    public void Another_seed_makes_other_prices()
    {
        var other = new SimulatedSource(new FakeTimeProvider(End), seed: 421).Until(End, Day).Select(price => price.Cny);
        Assert.DoesNotContain(SixtyDays.TakeLast(Day).Zip(other), pair => pair.First.Cny == pair.Second);
    }

    [Fact]
    public async Task A_mark_has_one_price_however_it_is_asked_for()
    {
        var byTime = SixtyDays.ToDictionary(price => price.Time, price => price.Cny);
        Assert.Equal(SixtyDays.Length, byTime.Count);
        for (var now = End.AddDays(-2).AddSeconds(285); now < End; now += TimeSpan.FromMinutes(35))
        {
            var source = Source(now);
            var latest = Assert.Single((await LatestAsync(source)).Prices);
            Assert.InRange(now - latest.Time, TimeSpan.Zero, PriceSlot.Step);
            Assert.Equal(byTime[latest.Time], latest.Cny);
            Assert.Every((await DayAsync(source)).Prices, price => Assert.Equal(byTime[price.Time], price.Cny));
        }
    }

    [Fact]
    public async Task A_day_ends_at_the_newest_mark_and_fills_a_snapshot_at_no_calls()
    {
        var day = await DayAsync(Source(End.AddSeconds(285)));

        Assert.Equal((600, 0, null), (day.Prices.Count, day.Calls, day.Failure));
        Assert.Equal(End, day.Prices[^1].Time);
        Assert.Every(day.Prices.Zip(day.Prices.Skip(1)), pair => Assert.Equal(PriceSlot.Step, pair.Second.Time - pair.First.Time));
    }

    [Fact]
    public void The_mean_change_in_an_hour_is_that_of_the_real_series() => Assert.InRange(HourChanges(_ => true), 0.0006, 0.0013);

    [Fact]
    public void Neighboring_changes_cancel_in_part_as_the_real_ones_do()
    {
        var changes = Changes();
        var mean = changes.Average();
        var variance = changes.Sum(change => Math.Pow(change - mean, 2));
        Assert.InRange(changes.Zip(changes[1..]).Sum(pair => (pair.First - mean) * (pair.Second - mean)) / variance, -0.45, -0.1);
    }

    [Fact]
    public void The_onshore_opening_is_more_than_twice_as_busy_as_other_hours()
    {
        var opening = HourChanges(time =>
            !IsWeekend(time) && time.TimeOfDay >= TimeSpan.FromMinutes(100) && time.TimeOfDay <= TimeSpan.FromHours(2)
        );
        Assert.InRange(opening / HourChanges(time => !IsWeekend(time) && time.Hour >= 4), 2, 5);
    }

    [Fact]
    public void Weekends_are_quieter() => Assert.InRange(HourChanges(IsWeekend) / HourChanges(time => !IsWeekend(time)), 0.1, 0.75);

    [Fact]
    public void Every_price_is_believed()
    {
        var (known, watch, accepted) = (PriceHistory.Empty, JumpWatch.None, 0);
        foreach (var part in SixtyDays.Chunk(PriceCheck.MaxPrices))
        {
            var checkedPrices = PriceCheck.Check(part, known, watch, End);
            Assert.Empty(checkedPrices.Objections);
            (known, watch) = (known.Merge(checkedPrices.Accepted), checkedPrices.Watch);
            accepted += checkedPrices.Accepted.Count;
        }

        Assert.Equal(SixtyDays.Length, accepted);
    }

    [Fact]
    public void The_seam_of_two_days_is_no_larger_a_step_than_others()
    {
        var steps = SixtyDays
            .Zip(SixtyDays.Skip(1))
            .Select(pair => (pair.Second.Time, Size: Math.Abs(pair.Second.Cny!.Value - pair.First.Cny!.Value)))
            .ToArray();
        var seams = steps.Where(step => step.Time.TimeOfDay == TimeSpan.Zero).Select(step => step.Size).ToArray();
        var others = steps.Where(step => step.Time.Hour >= 3).Select(step => step.Size).ToArray();

        Assert.Equal(Days, seams.Length);
        Assert.InRange(seams.Average() / others.Average(), 0.5, 1.5);
        Assert.True(seams.Max() <= others.Max(), $"a seam of {seams.Max()}");
    }

    private static SimulatedSource Source(DateTimeOffset now) => new(new FakeTimeProvider(now));

    private static Task<PriceFetch> LatestAsync(SimulatedSource source) =>
        source.LatestAsync(mayRetry: true, TestContext.Current.CancellationToken);

    private static Task<PriceFetch> DayAsync(SimulatedSource source) =>
        source.LastDayAsync(mayRetry: true, TestContext.Current.CancellationToken);

    private static double[] Changes() =>
        [.. SixtyDays.Zip(SixtyDays.Skip(1)).Select(pair => pair.Second.Cny!.Value - pair.First.Cny!.Value)];

    /// <summary>The mean absolute change, in CNY, over the hours that end at times of a kind.</summary>
    private static double HourChanges(Func<DateTimeOffset, bool> ofKind) =>
        SixtyDays
            .Zip(SixtyDays.Skip(12))
            .Where(pair => ofKind(pair.Second.Time))
            .Average(pair => Math.Abs(pair.Second.Cny!.Value - pair.First.Cny!.Value));

    private static bool IsWeekend(DateTimeOffset time) =>
        time.DayOfWeek == DayOfWeek.Saturday
        || (time.DayOfWeek == DayOfWeek.Friday && time.Hour >= 22)
        || (time.DayOfWeek == DayOfWeek.Sunday && time.Hour < 22);
}
