using Bittbridge.Models.Intervals;
using CsCheck;

namespace Bittbridge.Models.Tests.Intervals;

public sealed class MaturedForecastsTests
{
    [Fact]
    public void Every_hour_is_told_once_at_the_first_point_after_its_end_with_the_point_nearest_to_it() =>
        Gen.Int[0, 20_000_000]
            .Array[1, 80]
            .Sample(times =>
            {
                var history = PriceHistory.FromPoints(times.Select(ms => new PricePoint(Series.Start.AddMilliseconds(ms), 7.1)));
                var hours = new MaturedForecasts(history.TimesUnixMs);
                var told = 0;
                for (var now = 0; now < history.Count; now++)
                {
                    while (hours.TryNext(now, out var origin, out var truth))
                    {
                        var end = history.TimesUnixMs[origin] + 3_600_000;
                        Assert.Equal(told++, origin);
                        Assert.Equal(history.IndexNear(end), truth);
                        Assert.True(history.TimesUnixMs[now] >= end && (now == 0 || history.TimesUnixMs[now - 1] < end));
                    }
                }

                Assert.Equal(history.Points().Count(point => point.Time.AddHours(1) <= history.Newest!.Value.Time), told);
            });
}
