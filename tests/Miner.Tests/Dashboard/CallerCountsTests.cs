using Bittbridge.Miner.Dashboard;
using Bittbridge.Miner.Forecasting;
using Bittbridge.Miner.TrackRecord;
using Bittbridge.Models;

namespace Bittbridge.Miner.Tests.Dashboard;

public sealed class CallerCountsTests
{
    private static readonly DateOnly Today = new(2026, 11, 23);
    private static readonly DateTimeOffset Midnight = new(2026, 11, 23, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_slot_that_model_and_fallback_answered_counts_once_and_a_shadow_not_at_all()
    {
        DayScore[] days =
        [
            Day(ForecastRole.Active, "m@1", Today, [0, 1, 2], "Alice"),
            Day(ForecastRole.Active, "m@2", Today, [2, 3], "Alice"),
            Day(ForecastRole.Fallback, "last-price@1", Today, [2, 4], "Alice"),
            Day(ForecastRole.Shadow, "mine@1", Today, [7], "Alice"),
            Day(ForecastRole.Active, "m@1", Today.AddDays(-1), [9], "Alice", "Bob"),
            Day(ForecastRole.Active, "m@1", Today.AddDays(-2), [9], "Carol"),
        ];
        RecentAnswers recent = new(
            [
                new("Alice", Midnight.AddMinutes(30), 5),
                new("Alice", Midnight.AddMinutes(31), 5),
                new("Alice", Midnight.AddMinutes(35), 5),
                new("Dave", Midnight.AddMinutes(35), null),
            ],
            0
        );
        Assert.Equal(
            [
                new CallerView("Alice", null, null, 2, 5, 1),
                new CallerView("Dave", null, null, 1, 0, 0),
                new CallerView("Bob", null, null, 0, 0, 1),
            ],
            CallerCounts.Of(recent, days, Today, null)
        );
    }

    [Fact]
    public void Answers_to_callers_without_a_name_are_added_up_by_day()
    {
        DayScore[] days =
        [
            Day(ForecastRole.Active, "m@1", Today, [0], "Alice") with
            {
                OtherAnswers = 3,
            },
            Day(ForecastRole.Fallback, "last-price@1", Today, [0], "Alice") with
            {
                OtherAnswers = 4,
            },
            Day(ForecastRole.Active, "m@1", Today.AddDays(-1), [0], "Alice") with
            {
                OtherAnswers = 5,
            },
            Day(ForecastRole.Shadow, "mine@1", Today, [0], "Alice") with
            {
                OtherAnswers = 100,
            },
        ];
        Assert.Equal(new OtherAnswersView(2, 7, 5), CallerCounts.Others(new([], 2), days, Today));
    }

    private static DayScore Day(ForecastRole role, string model, DateOnly day, int[] slots, params string[] callers)
    {
        Assert.True(ModelId.TryParse(model, out var id));
        var row = DayRow.New(day, id, role);
        foreach (var slot in slots)
        {
            row.Put(PriceSlot.NearestTo(Midnight.AddDays(day.DayNumber - Today.DayNumber).AddMinutes(5 * slot)), null, callers, 0);
        }

        return DayRow.FiguresFrom(row.ToEntity("tether-cny"))!.Value.Score;
    }
}
