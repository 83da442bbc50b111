using Bittbridge.Miner.Dashboard;
using Bittbridge.Miner.Forecasting;
using Bittbridge.Miner.TrackRecord;
using Bittbridge.Models;
using Bittbridge.Testing;

namespace Bittbridge.Miner.Tests.Dashboard;

public sealed class ForecastQualityTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 12, 2, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Slot = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_chart_shows_a_slot_at_its_target_time()
    {
        var chart = Of([Score(Slot.AddMinutes(-5), price: 7.2, truth: 7.1)], Price(Slot, 7.3), Price(Slot.AddMinutes(-5), 7.4)).Chart;
        Assert.Equal(Slot, chart.From.AddSeconds(chart.StepSeconds * (chart.Price.Length - 1)));
        Assert.Equal((7.3, null), (chart.Price[^1], chart.Forecast[^1]));

        // The price that the forecast was scored with comes before the one in memory.
        Assert.Equal(
            (7.1, 7.2, 7.19, 7.21, 7.0),
            (chart.Price[^2], chart.Forecast[^2], chart.Lower[^2], chart.Upper[^2], chart.LastPrice[^2])
        );
        Assert.Every(chart.Price[..^2], Assert.Null);
    }

    [Fact]
    public void A_price_of_the_future_and_a_target_of_the_future_are_left_out()
    {
        var quality = Of([Score(Now.AddMinutes(3), 7.2, 7.1)], Price(Now.AddMinutes(3), 7.3));
        Assert.Every(quality.Chart.Price, Assert.Null);
        Assert.Every(quality.Chart.Forecast, Assert.Null);
        Assert.Equal((0, 0, 0), (quality.Day.Scored, quality.Week.Scored, quality.Models.Count));
    }

    [Fact]
    public void Where_model_and_fallback_both_have_a_slot_the_model_counts()
    {
        var quality = Of([
            Score(Slot, 7.2, 7.1, ForecastRole.Fallback, "last-price@1"),
            Score(Slot, 7.15, 7.1),
            Score(Slot.AddMinutes(-5), 7.3, 7.1, ForecastRole.Fallback, "last-price@1"),
            Score(Slot, 7.4, 7.1, ForecastRole.Shadow, "mine@1"),
        ]);
        Assert.Equal(2, quality.Day.Scored);
        Assert.Equal(
            (7.15, false, 7.3, true),
            (quality.Chart.Forecast[^1], quality.Chart.IsFallback[^1], quality.Chart.Forecast[^2], quality.Chart.IsFallback[^2])
        );
        Assert.Equal(
            ["m@1 Active", "last-price@1 Fallback", "mine@1 Shadow"],
            quality.Models.Select(model => $"{model.Model} {model.Role}")
        );
    }

    [Fact]
    public void Windows_end_at_24_hours_and_7_days()
    {
        var quality = Of([Score(Slot, 7.2, 7.1), Score(Slot.AddHours(-25), 7.2, 7.1), Score(Slot.AddDays(-8), 7.2, 7.1)]);
        Assert.Equal((1, 2), (quality.Day.Scored, quality.Week.Scored));
        Assert.Null(quality.Week.MaeRatio.Lower);
    }

    [Fact]
    public void Figures_have_bounds_that_hold_them()
    {
        var slots = Enumerable
            .Range(0, 600)
            .Select(i => Score(Slot.AddMinutes(-5 * i), 7.1 + (0.001 * (i % 7)), 7.1, last: 7.1 - (0.001 * (i % 5))))
            .ToList();
        var week = Of(slots).Week;
        Assert.Equal(600, week.Scored);
        Assert.InRange(week.MaeRatio.Value!.Value, week.MaeRatio.Lower!.Value, week.MaeRatio.Upper!.Value);
        Assert.InRange(week.Coverage.Value!.Value, week.Coverage.Lower!.Value, week.Coverage.Upper!.Value);
        Assert.Equal(week.MeanAbsoluteError!.Value / week.LastPriceError!.Value, week.MaeRatio.Value.Value, 12);
    }

    [Fact]
    public void A_shadow_is_compared_with_the_active_model_on_the_slots_of_both()
    {
        var quality = Of([
            Score(Slot, 7.2, 7.1),
            Score(Slot.AddMinutes(-5), 7.2, 7.1),
            Score(Slot, 7.15, 7.1, ForecastRole.Shadow, "mine@1"),
            Score(Slot.AddMinutes(-10), 7.9, 7.1, ForecastRole.Shadow, "mine@1"),
        ]);
        Assert.Equal(0.5, quality.Models[1].RatioToActive!.Value!.Value, 9);
        Assert.Null(quality.Models[0].RatioToActive);
    }

    [Fact]
    public void A_day_has_its_stored_bounds_and_one_of_two_models_has_none()
    {
        DayScore[] days =
        [
            Figures(new(2026, 11, 2), "m@1", coverage: 0.7),
            Figures(new(2026, 11, 3), "m@1", coverage: 0.9),
            Figures(new(2026, 11, 3), "m@2", coverage: 0.8),
        ];
        var view = ForecastQuality.Of(new("tether-cny", default, default, null, [], days, null), [], PriceHistory.Empty, 0.9, Now).Days;
        Assert.Equal([(1, 0.9, 1.1), (0.7, 0.7 - 0.05, 0.7 + 0.05), (0.2, 0.18, 0.22)], FiguresOf(view[0]));
        Assert.Every(FiguresOf(view[1]), figure => Assert.Equal((null, null), (figure.Lower, figure.Upper)));
        Assert.Equal(0.85, view[1].Coverage.Value!.Value, 12);

        static (double? Value, double? Lower, double? Upper)[] FiguresOf(DayView day) =>
            [.. new[] { day.MaeRatio, day.Coverage, day.IntervalScore }.Select(figure => (figure.Value, figure.Lower, figure.Upper))];
    }

    [Fact]
    public void An_hour_of_the_day_has_bounds_from_five_days()
    {
        var slots = Enumerable
            .Range(0, 5)
            .SelectMany(day => Enumerable.Range(0, 12).Select(i => Slot.AddDays(-day).AddMinutes(-5 * i)))
            .Select((target, i) => Score(target, 7.1 + (0.001 * (i % 7)), 7.1, last: 7.1 - (0.001 * (i % 5))))
            .ToList();
        var hour = Of(slots).Hours[11];
        Assert.Equal(55, hour.Scored);
        Assert.Equal(hour.MeanAbsoluteError!.Value / hour.LastPriceError!.Value, hour.MaeRatio.Value!.Value, 12);
        Assert.True(hour.MaeRatio.Lower < hour.MaeRatio.Value && hour.MaeRatio.Value < hour.MaeRatio.Upper);

        hour = Of([.. slots.Where(slot => slot.Target > Slot.AddDays(-4))]).Hours[11];
        Assert.NotNull(hour.MaeRatio.Value);
        Assert.Equal((null, null), (hour.MaeRatio.Lower, hour.MaeRatio.Upper));
        Assert.Equal(new Bounded(null, null, null), Of(slots).Hours[0].MaeRatio);
    }

    [Fact]
    public void Hours_of_the_day_are_those_of_the_targets()
    {
        var hours = Of([Score(Slot, 7.2, 7.1), Score(Slot.AddMinutes(-5), 7.3, 7.1)]).Hours;
        Assert.Equal(24, hours.Count);
        Assert.Equal((1, 0.1), (hours[12].Scored, Math.Round(hours[12].MeanAbsoluteError!.Value, 9)));
        Assert.Equal((1, 0.2), (hours[11].Scored, Math.Round(hours[11].MeanAbsoluteError!.Value, 9)));
        Assert.Equal((0, null), (hours[0].Scored, hours[0].MeanAbsoluteError));
    }

    private static QualityView Of(IReadOnlyList<SlotScore> slots, params PricePoint[] prices) =>
        ForecastQuality.Of(
            new("tether-cny", default, default, null, [], [], null),
            slots,
            PriceHistory.FromPoints(prices.OrderBy(price => price.Time)),
            0.9,
            Now
        );

    private static DayScore Figures(DateOnly day, string model, double coverage) =>
        new(
            day,
            model,
            ForecastRole.Active,
            288,
            288,
            0.001,
            0.001,
            1,
            0.9,
            1.1,
            288,
            coverage,
            coverage - 0.05,
            coverage + 0.05,
            0.02,
            0.2,
            0.18,
            0.22,
            0.03,
            5,
            9,
            new Dictionary<string, int>(),
            0
        );

    private static PricePoint Price(DateTimeOffset time, double cny) => new(time, cny);

    private static SlotScore Score(
        DateTimeOffset target,
        double price,
        double truth,
        ForecastRole role = ForecastRole.Active,
        string model = "m@1",
        double last = 7.0
    ) => new(target, model, role, price, price - 0.01, price + 0.01, last, truth, target, Math.Abs(price - truth) <= 0.01, 0, 0, 5);
}
