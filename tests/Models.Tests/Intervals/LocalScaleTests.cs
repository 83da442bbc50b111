using Bittbridge.Models.Intervals;

namespace Bittbridge.Models.Tests.Intervals;

public sealed class LocalScaleTests
{
    [Theory]
    [InlineData("2025-10-20T00:39:59Z", 0)]
    [InlineData("2025-10-20T00:40:00Z", 1)]
    [InlineData("2025-10-20T01:59:59Z", 1)]
    [InlineData("2025-10-20T02:00:00Z", 0)]
    [InlineData("2025-10-20T08:40:00+08:00", 1)]
    [InlineData("2025-10-24T01:00:00Z", 1)]
    [InlineData("2025-10-25T01:00:00Z", 0)]
    [InlineData("2025-10-26T01:00:00Z", 0)]
    public void The_opening_is_from_0040_to_0200_utc_of_a_working_day(string madeAt, double opening) =>
        Assert.Equal(opening, Features(madeAt)[14]);

    [Theory]
    [InlineData("2025-10-24T20:59:59Z", 0)]
    [InlineData("2025-10-24T21:00:00Z", 1)]
    [InlineData("2025-10-25T12:00:00Z", 1)]
    [InlineData("2025-10-26T21:59:59Z", 1)]
    [InlineData("2025-10-26T22:00:00Z", 0)]
    public void The_weekend_is_from_friday_2100_to_sunday_2200_utc(string madeAt, double weekend) =>
        Assert.Equal(weekend, Features(madeAt)[15]);

    [Fact]
    public void The_clock_turns_once_twice_and_three_times_a_day()
    {
        var features = Features("2025-10-20T06:00:00Z");

        Assert.Equal([0, -1, 0, 1, 0, -1], features[8..14], (a, b) => Math.Abs(a - b) < 1e-12);
    }

    [Fact]
    public void Errors_and_changes_are_those_of_the_recipe()
    {
        var history = Series.KnownAt(5000).TakeLast(300);
        var prices = history.Prices.ToArray();
        var times = history.TimesUnixMs.ToArray();
        var (error, change, known) = (7e-4, 4e-4, 0);
        for (var j = 0; j < prices.Length; j++)
        {
            change =
                j == 0 ? change : change + Math.Max(0.05, 1d / (j + 9)) * (Math.Min(0.004, Math.Abs(prices[j] - prices[j - 1])) - change);
            if (times[j] + 3_600_000 <= times[^1] && history.IndexNear(times[j] + 3_600_000) is >= 0 and var truth)
            {
                error += Math.Max(0.05, 1d / (known++ + 10)) * (Math.Abs(prices[j] - prices[truth]) - error);
            }
        }

        var scale = new LocalScale(times, prices, prices);
        for (var j = 0; j < prices.Length; j++)
        {
            scale.Advance();
        }

        var features = new double[LocalScale.Memories];
        scale.FillMemories(features);

        Assert.Equal(known, scale.Known);
        Assert.Equal(Math.Log(error), features[1], 9);
        Assert.Equal(Math.Log(change), features[4], 9);
    }

    /// <summary>
    /// The price climbs by 1e-4 at each point. The smoothed level at the i-th point lags behind by 7/3 · (1 - .7^i) of these steps.
    /// </summary>
    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    [InlineData(12, 0)]
    [InlineData(13, 0.000969896300346)]
    [InlineData(14, 0.001038927410242)]
    [InlineData(17, 0.001144752101712)]
    public void The_change_over_an_hour_needs_thirteen_points(int points, double change)
    {
        var times = Enumerable.Range(0, points).Select(i => i * 300_000L).ToArray();
        var prices = Enumerable.Range(0, points).Select(i => 7.1 + 1e-4 * i).ToArray();
        var scale = new LocalScale(times, prices, prices);
        for (var i = 0; i < points; i++)
        {
            scale.Advance();
        }

        var features = new double[LocalScale.Memories];
        scale.FillMemories(features);

        Assert.Equal(Math.Log(1e-4 + change), features[7], 9);
    }

    [Fact]
    public void A_rule_reads_the_same_from_the_clock_as_from_its_marks()
    {
        var scale = new LocalScale([0], [7.1], [7.1]);
        scale.Advance();
        var rule = new ScaleRule(new(-2, [0.1, 0.2, 0.3], [0.4, 0.5, 0.6], 0.7, 0.8, [0.9, 1, 1.1], [1.2, 1.3, 1.4], 1.5, 1.6));

        for (var at = Series.Start; at < Series.Start.AddDays(8); at += 7 * PriceSlot.Step)
        {
            Assert.Equal(1, rule.At(rule.OfMemories(scale), at) / rule.At(scale, PriceSlot.NearestTo(at)), 9);
        }
    }

    private static double[] Features(string madeAt)
    {
        var features = new double[LocalScale.Count];
        LocalScale.FillClock(
            DateTimeOffset.Parse(madeAt, System.Globalization.CultureInfo.InvariantCulture).UtcDateTime,
            features.AsSpan(LocalScale.Memories)
        );
        return features;
    }
}
