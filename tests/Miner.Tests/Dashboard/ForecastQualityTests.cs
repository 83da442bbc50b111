using Bittbridge.Miner.Dashboard;
using Bittbridge.Miner.Forecasting;
using Bittbridge.Miner.TrackRecord;
using Bittbridge.Models;

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
        Assert.All(chart.Price[..^2], Assert.Null);
    }

    [Fact]
    public void A_price_of_the_future_and_a_target_of_the_future_are_left_out()
    {
        var quality = Of([Score(Now.AddMinutes(3), 7.2, 7.1)], Price(Now.AddMinutes(3), 7.3));
        Assert.All(quality.Chart.Price, Assert.Null);
        Assert.All(quality.Chart.Forecast, Assert.Null);
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
    public void Coverage_has_bounds_on_a_day_whose_slots_are_known_and_on_no_other()
    {
        var midnight = new DateTimeOffset(2026, 11, 22, 0, 0, 0, TimeSpan.Zero);
        var slots = Enumerable
            .Range(0, 288)
            .Select(i => Score(midnight.AddMinutes(5 * i), 7.1 + (i % 5 == 0 ? 0.02 : 0.001), 7.1))
            .ToList();
        DayScore[] days = [Figures(new(2026, 11, 22), scored: 288, coverage: 0.8), Figures(new(2026, 11, 2), scored: 288, coverage: 0.7)];
        var view = ForecastQuality.Of(new("tether-cny", default, default, null, [], days, null), slots, PriceHistory.Empty, 0.9, Now).Days;
        Assert.Equal((new DateOnly(2026, 11, 2), 0.7, null), (view[0].Day, view[0].Coverage.Value, view[0].Coverage.Lower));
        Assert.Equal(0.8, view[1].Coverage.Value);
        Assert.InRange(0.8, view[1].Coverage.Lower!.Value, view[1].Coverage.Upper!.Value);

        // A slot that is not known, as of a day that the week cuts.
        view = ForecastQuality.Of(new("tether-cny", default, default, null, [], days, null), slots[1..], PriceHistory.Empty, 0.9, Now).Days;
        Assert.Null(view[1].Coverage.Lower);
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

    private static DayScore Figures(DateOnly day, int scored, double coverage) =>
        new(
            day,
            "m@1",
            ForecastRole.Active,
            scored,
            scored,
            0.001,
            0.001,
            1,
            0.9,
            1.1,
            scored,
            coverage,
            0.02,
            0.2,
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
