using Bittbridge.Miner.Forecasting;
using Bittbridge.Miner.Prices;
using Bittbridge.Miner.TrackRecord;
using Bittbridge.Models;

namespace Bittbridge.Miner.Dashboard;

/// <summary>Computes the figures and charts of the dashboard from the track record.</summary>
internal static class ForecastQuality
{
    /// <summary>How far back the chart by slot reaches.</summary>
    public static readonly TimeSpan ChartSpan = TimeSpan.FromDays(2);

    /// <summary>How far back figures by slot reach.</summary>
    public static readonly TimeSpan Week = TimeSpan.FromDays(7);

    /// <param name="days">The figures by day.</param>
    /// <param name="slots">The outcomes by slot, of at least the last <see cref="Week"/>.</param>
    /// <param name="prices">The newest prices.</param>
    /// <param name="level">The share of intervals that should contain the price.</param>
    /// <param name="now">The miner's clock.</param>
    public static QualityView Of(
        TrackRecordAnswer days,
        IReadOnlyList<SlotScore> slots,
        PriceHistory prices,
        double level,
        DateTimeOffset now
    )
    {
        var week = slots.Where(slot => slot.Target > now - Week && slot.Target <= now).ToList();
        var answers = Answers(week);
        return new(
            days.Series,
            level,
            null,
            Chart(answers, prices, now),
            Window([.. answers.Where(slot => slot.Target > now - TimeSpan.FromDays(1))]),
            Window(answers),
            days.FallbackShare,
            [
                .. days
                    .Days.Where(day => day.Role == ForecastRole.Active)
                    .GroupBy(day => day.Day)
                    .OrderBy(day => day.Key)
                    .Select(day => Day([.. day])),
            ],
            Hours(answers),
            Models(week)
        );
    }

    /// <summary>The view while storage can't be read: the prices alone.</summary>
    public static QualityView Unknown(PriceSeries series, string problem, PriceHistory prices, double level, DateTimeOffset now) =>
        Of(new(series.Name, default, default, null, [], [], null), [], prices, level, now) with
        {
            Problem = problem,
        };

    /// <summary>One outcome per slot: the active model's if it answered, else the fallback's.</summary>
    private static List<SlotScore> Answers(IEnumerable<SlotScore> slots) =>
        [
            .. slots
                .Where(slot => slot.Role != ForecastRole.Shadow)
                .GroupBy(slot => PriceSlot.NearestTo(slot.Target))
                .OrderBy(slot => slot.Key)
                .Select(slot => slot.MinBy(one => one.Role)!),
        ];

    private static ChartView Chart(List<SlotScore> answers, PriceHistory prices, DateTimeOffset now)
    {
        var count = (int)(ChartSpan / PriceSlot.Step) + 1;
        var first = PriceSlot.NearestTo(now).Number - count + 1;
        var (price, forecast, lower, upper, last) = (
            new double?[count],
            new double?[count],
            new double?[count],
            new double?[count],
            new double?[count]
        );
        var isFallback = new bool[count];
        foreach (var slot in answers)
        {
            if (PriceSlot.NearestTo(slot.Target).Number - first is >= 0 and var i && i < count)
            {
                (price[i], forecast[i], last[i]) = (slot.Truth, slot.Price, slot.LastPrice);
                (lower[i], upper[i], isFallback[i]) = (slot.Lower, slot.Upper, slot.Role == ForecastRole.Fallback);
            }
        }

        for (var i = 0; i < prices.Count; i++)
        {
            if (prices[i].Time <= now && PriceSlot.NearestTo(prices[i].Time).Number - first is >= 0 and var slot && slot < count)
            {
                price[slot] ??= prices[i].Cny;
            }
        }

        return new(
            PriceSlot.NearestTo(now).Time - ChartSpan,
            (int)PriceSlot.Step.TotalSeconds,
            price,
            forecast,
            lower,
            upper,
            last,
            isFallback
        );
    }

    /// <param name="slots">At most one outcome per slot, in ascending time.</param>
    private static WindowView Window(List<SlotScore> slots)
    {
        var intervals = slots.Where(slot => slot.IsCovered is not null).ToList();
        return new(
            slots.Count,
            Mean(slots, Error),
            Mean(slots, LastError),
            Ratio(slots, Error, LastError),
            intervals.Count,
            Ratio(intervals, slot => slot.IsCovered == true ? 1 : 0, _ => 1),
            Ratio(intervals, slot => slot.IntervalScore ?? 0, _ => 1)
        );
    }

    private static DayView Day(List<DayScore> models)
    {
        var (scored, intervals) = (models.Where(day => day.Scored > 0).ToList(), models.Where(day => day.Intervals > 0).ToList());
        double? own = Weighted(scored, day => day.Scored, day => day.MeanAbsoluteError),
            last = Weighted(scored, day => day.Scored, day => day.LastPriceError);
        var only = models is [var one] ? one : null;
        return new(
            models[0].Day,
            models.Sum(day => day.Scored),
            own,
            last,
            new(last > 0 ? own / last : null, only?.MaeRatioLower, only?.MaeRatioUpper),
            new(Weighted(intervals, day => day.Intervals, day => day.Coverage), only?.CoverageLower, only?.CoverageUpper),
            new(Weighted(intervals, day => day.Intervals, day => day.IntervalScore), only?.IntervalScoreLower, only?.IntervalScoreUpper),
            scored.Max(day => day.LatencyP50Ms),
            scored.Max(day => day.LatencyP99Ms)
        );
    }

    private static List<HourView> Hours(List<SlotScore> answers) =>
        answers.Count == 0
            ? []
            :
            [
                .. Enumerable
                    .Range(0, 24)
                    .Select(hour => (Hour: hour, Slots: answers.Where(slot => slot.Target.UtcDateTime.Hour == hour).ToList()))
                    .Select(hour => new HourView(
                        hour.Hour,
                        hour.Slots.Count,
                        Mean(hour.Slots, Error),
                        Mean(hour.Slots, LastError),
                        RatioByDay(hour.Slots)
                    )),
            ];

    /// <summary>
    /// The MAE ratio of one hour of the day. Its slots lie in different days, so the bootstrap draws whole days; fewer than
    /// <see cref="RatioBounds.MinBlocks"/> days give no bounds.
    /// </summary>
    private static Bounded RatioByDay(List<SlotScore> slots)
    {
        (double Own, double Last)[] days =
        [
            .. slots
                .GroupBy(slot => slot.Target.UtcDateTime.Date)
                .OrderBy(day => day.Key)
                .Select(day => (day.Sum(Error), day.Sum(LastError))),
        ];
        var bounds = days.Length < RatioBounds.MinBlocks ? null : RatioBounds.OfDays(days);
        var last = days.Sum(day => day.Last);
        return new(last > 0 ? days.Sum(day => day.Own) / last : null, bounds?.Lower, bounds?.Upper);
    }

    private static List<ModelView> Models(List<SlotScore> week)
    {
        var active = week.Where(slot => slot.Role == ForecastRole.Active)
            .GroupBy(slot => PriceSlot.NearestTo(slot.Target))
            .ToDictionary(slot => slot.Key, slot => slot.First());
        return
        [
            .. week.GroupBy(slot => (slot.Role, slot.Model))
                .OrderBy(group => group.Key.Role)
                .ThenBy(group => group.Key.Model, StringComparer.Ordinal)
                .Select(group =>
                {
                    List<SlotScore> slots = [.. group.OrderBy(slot => slot.Target)];
                    return new ModelView(
                        group.Key.Model,
                        group.Key.Role,
                        Window(slots),
                        Mean([.. slots.Where(slot => slot.Lower is not null)], slot => slot.Upper!.Value - slot.Lower!.Value),
                        group.Key.Role == ForecastRole.Shadow
                            ? Ratio(
                                [.. slots.Where(slot => active.ContainsKey(PriceSlot.NearestTo(slot.Target)))],
                                Error,
                                slot => Error(active[PriceSlot.NearestTo(slot.Target)])
                            )
                            : null
                    );
                }),
        ];
    }

    private static Bounded Ratio(List<SlotScore> slots, Func<SlotScore, double> part, Func<SlotScore, double> whole)
    {
        (PriceSlot Slot, double Part, double Whole)[] sums =
        [
            .. slots.Select(slot => (PriceSlot.NearestTo(slot.Target), part(slot), whole(slot))),
        ];
        var bounds = RatioBounds.OfSums(sums);
        var all = sums.Sum(sum => sum.Whole);
        return new(all > 0 ? sums.Sum(sum => sum.Part) / all : null, bounds?.Lower, bounds?.Upper);
    }

    private static double Error(SlotScore slot) => Math.Abs(slot.Price - slot.Truth);

    private static double LastError(SlotScore slot) => Math.Abs(slot.LastPrice - slot.Truth);

    private static double? Mean(List<SlotScore> slots, Func<SlotScore, double> figure) => slots.Count == 0 ? null : slots.Average(figure);

    private static double? Weighted(List<DayScore> days, Func<DayScore, int> weight, Func<DayScore, double?> figure) =>
        days.Count == 0 ? null : days.Sum(day => weight(day) * (figure(day) ?? 0)) / days.Sum(weight);
}
