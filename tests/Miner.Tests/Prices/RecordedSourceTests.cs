using Bittbridge.Miner.Prices;
using Bittbridge.Miner.Prices.Source;
using Bittbridge.Models;
using Bittbridge.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Bittbridge.Miner.Tests.Prices;

public sealed class RecordedSourceTests
{
    private static readonly DateTimeOffset Recorded = new(2025, 10, 13, 15, 0, 0, TimeSpan.Zero);
    private static readonly PriceHistory Recording = PriceHistory.FromPoints([
        new(Recorded, 7.1),
        new(Recorded.AddMinutes(5), 7.2),
        new(Recorded.AddMinutes(15), 7.3),
    ]);

    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 23, 10, 4, 45, TimeSpan.Zero));

    [Fact]
    public async Task The_last_point_falls_on_the_newest_mark_at_the_start()
    {
        var source = new RecordedSource(Recording, _clock);

        Assert.Equal([new(At("10:00"), 7.3)], await LatestAsync(source));
        Assert.Equal([new(At("09:45"), 7.1), new(At("09:50"), 7.2), new(At("10:00"), 7.3)], await DayAsync(source));
    }

    [Fact]
    public async Task On_a_mark_the_last_point_falls_on_that_mark()
    {
        _clock.Advance(TimeSpan.FromSeconds(15));
        Assert.Equal([new(At("10:05"), 7.3)], await LatestAsync(new(Recording, _clock)));
    }

    [Fact]
    public async Task Later_marks_go_on_from_the_beginning()
    {
        var source = new RecordedSource(Recording, _clock);
        var played = new List<QuotedPrice>();
        for (var i = 0; i < 9; i++)
        {
            played.AddRange(await LatestAsync(source));
            _clock.Advance(PriceSlot.Step);
        }

        Assert.Equal([7.3, 7.1, 7.2, 7.2, 7.3, 7.1, 7.2, 7.2, 7.3], played.Select(price => price.Cny!.Value));
        Assert.Equal(
            [At("10:00"), At("10:05"), At("10:10"), At("10:10"), At("10:20"), At("10:25")],
            played.Take(6).Select(price => price.Time)
        );
    }

    [Fact]
    public async Task Played_prices_never_change_and_none_is_from_the_future()
    {
        var recording = PlaybackPrices.Read(TestPrices.Path).TakeLast(700);
        var source = new RecordedSource(recording, _clock);
        var played = new Dictionary<DateTimeOffset, double?>();
        for (var i = 0; i < 900; i++)
        {
            var (latest, day) = (await LatestAsync(source), i % 7 == 0 ? await DayAsync(source) : []);
            foreach (var price in latest.Concat(day))
            {
                Assert.True(price.Time <= _clock.GetUtcNow(), $"{price.Time:O} is from the future");
                Assert.Equal(price.Cny, played.TryGetValue(price.Time, out var before) ? before : played[price.Time] = price.Cny);
            }

            _clock.Advance(PriceSlot.Step);
        }

        Assert.Every(
            played.Keys.Order().Zip(played.Keys.Order().Skip(1)),
            pair => Assert.InRange(pair.Second - pair.First, TimeSpan.FromMinutes(4), TimeSpan.FromHours(2))
        );
    }

    [Fact]
    public async Task A_recording_of_a_month_plays_its_newest_point_now_with_a_full_snapshot_behind_it()
    {
        var recording = PlaybackPrices.Read(TestPrices.Path);
        var source = new RecordedSource(recording, _clock);

        Assert.Equal([new(At("10:00"), recording.Newest!.Value.Cny)], await LatestAsync(source));
        Assert.Equal(
            recording.TakeLast(PriceSnapshot.Capacity).Prices.ToArray(),
            (await DayAsync(source)).Select(price => price.Cny!.Value)
        );
    }

    [Fact]
    public async Task A_recording_that_ends_after_now_is_moved_back_to_now()
    {
        var early = new FakeTimeProvider(Recorded.AddMinutes(2));
        Assert.Equal([new(Recorded, 7.3)], await LatestAsync(new(Recording, early)));
    }

    private static DateTimeOffset At(string time) =>
        DateTimeOffset.Parse($"2026-11-23T{time}:00Z", System.Globalization.CultureInfo.InvariantCulture);

    private static async Task<IReadOnlyList<QuotedPrice>> LatestAsync(RecordedSource source) =>
        (await source.LatestAsync(mayRetry: true, TestContext.Current.CancellationToken)).Prices;

    private static async Task<IReadOnlyList<QuotedPrice>> DayAsync(RecordedSource source) =>
        (await source.LastDayAsync(mayRetry: true, TestContext.Current.CancellationToken)).Prices;
}
