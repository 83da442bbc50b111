using Bittbridge.Bittensor.Keys;
using Bittbridge.Miner.Access;
using Bittbridge.Miner.Forecasting;
using Bittbridge.Miner.TrackRecord;
using Bittbridge.Models;

namespace Bittbridge.Miner.Dashboard;

/// <summary>Counts the 5-minute slots in which each caller was answered.</summary>
internal static class CallerCounts
{
    /// <param name="recent">The answers of the last hour.</param>
    /// <param name="days">The days of the track record.</param>
    /// <param name="today">The current UTC day.</param>
    /// <param name="list">The subnet's list; null without one.</param>
    /// <returns>The most active first.</returns>
    public static IReadOnlyList<CallerView> Of(RecentAnswers recent, IReadOnlyList<DayScore> days, DateOnly today, ValidatorSnapshot? list)
    {
        var lastHour = recent
            .Named.GroupBy(answer => answer.Caller)
            .ToDictionary(
                caller => caller.Key,
                caller => caller.Select(answer => PriceSlot.NearestTo(answer.At + Forecast.Horizon)).Distinct().Count(),
                StringComparer.Ordinal
            );
        var (now, before) = (SlotsOf(days, today), SlotsOf(days, today.AddDays(-1)));
        return
        [
            .. lastHour
                .Keys.Concat(now.Keys)
                .Concat(before.Keys)
                .Distinct(StringComparer.Ordinal)
                .Select(name => Caller(name, lastHour.GetValueOrDefault(name), Count(now, name), Count(before, name), list))
                .OrderByDescending(caller => caller.LastHour + caller.Today)
                .ThenByDescending(caller => caller.Yesterday)
                .ThenBy(caller => caller.Caller, StringComparer.Ordinal),
        ];
    }

    /// <summary>How many answers went to callers whose names are not kept.</summary>
    public static OtherAnswersView Others(RecentAnswers recent, IReadOnlyList<DayScore> days, DateOnly today) =>
        new(
            recent.Others,
            AnswersOf(days, today).Sum(day => (long)day.OtherAnswers),
            AnswersOf(days, today.AddDays(-1)).Sum(day => (long)day.OtherAnswers)
        );

    /// <summary>The rows of a day whose forecasts were sent to callers: those of active models and of the fallback.</summary>
    private static IEnumerable<DayScore> AnswersOf(IReadOnlyList<DayScore> days, DateOnly day) =>
        days.Where(score => score.Day == day && score.Role != ForecastRole.Shadow);

    /// <summary>The slots of a day by caller. A slot that both a model and the fallback answered counts once.</summary>
    private static Dictionary<string, SlotSet> SlotsOf(IReadOnlyList<DayScore> days, DateOnly day)
    {
        var all = new Dictionary<string, SlotSet>(StringComparer.Ordinal);
        foreach (
            var (name, slots) in AnswersOf(days, day).SelectMany(score => score.CallerSlots?.Slots ?? new Dictionary<string, SlotSet>())
        )
        {
            if (!all.TryGetValue(name, out var known))
            {
                all[name] = known = new();
            }

            known.UnionWith(slots);
        }

        return all;
    }

    private static int Count(Dictionary<string, SlotSet> slots, string name) => slots.TryGetValue(name, out var known) ? known.Count : 0;

    private static CallerView Caller(string name, int lastHour, int today, int yesterday, ValidatorSnapshot? list)
    {
        var isAddress = Ss58Address.TryParse(name, out var address);
        return new(
            name,
            isAddress ? list?.UidOf(address.PublicKey) : null,
            isAddress ? list?.HasPermit(address.PublicKey) : null,
            lastHour,
            today,
            yesterday
        );
    }
}
