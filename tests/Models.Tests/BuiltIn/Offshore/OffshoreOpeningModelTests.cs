using System.Globalization;
using Bittbridge.Models.BuiltIn;
using Bittbridge.Models.BuiltIn.Offshore;
using Bittbridge.Models.BuiltIn.Smoothing;
using Bittbridge.Models.Forecasting;
using Bittbridge.Models.Intervals;
using Bittbridge.Models.Rates;
using Bittbridge.Models.Testing;
using Bittbridge.Models.Tests.Forecasting;
using Bittbridge.Models.Tests.Testing;

namespace Bittbridge.Models.Tests.BuiltIn.Offshore;

public sealed class OffshoreOpeningModelTests
{
    private const double AtClose = 7.1;
    private const double Move = -1e-3;

    /// <summary>The share of the offshore move that the price makes.</summary>
    private const double Beta = 0.75;

    /// <summary>Tuesday; the session before it closed on Monday at 19:00 UTC.</summary>
    private static readonly DateTimeOffset Opening = new(2025, 10, 14, 1, 30, 0, TimeSpan.Zero);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(-56, 0)]
    [InlineData(-55, 0)]
    [InlineData(-50, 0.5)]
    [InlineData(-45, 1)]
    [InlineData(0, 1)]
    [InlineData(5, 1)]
    public async Task The_forecast_moves_by_the_share_of_the_offshore_move_that_the_target_shows(int minutes, double share)
    {
        var forecast = await ForecastAsync(Opening.AddMinutes(minutes), Rates(Move));

        Assert.Equal(AtClose * Math.Exp(Beta * Move * share), forecast.Price, 12);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task One_forecast_uses_the_same_rates_for_its_price_and_its_interval(bool isReplayed)
    {
        var asked = 0;
        var inner = isReplayed ? BuiltInModels.Create().Single(one => one.Id.Name == BuiltInModels.Default) : new FixedModel("fixed", 7.1);
        var model = OffshoreOpeningModel.Of(inner, () => Interlocked.Increment(ref asked) == 1 ? Rates(Move) : Rates(10 * Move));
        var forecaster = new Forecaster(model, new CalibratedIntervalEstimator(ShippedCalibration.Value));

        await forecaster.ForecastAsync(Opening.AddMinutes(-30), Flat(Opening.AddMinutes(-30)), Ct);
        Assert.Equal(1, asked);
        await forecaster.ForecastAsync(Opening.AddMinutes(-29), Flat(Opening.AddMinutes(-30)), Ct);
        Assert.Equal(2, asked);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0.3, 1)]
    [InlineData(0.5, 0)]
    [InlineData(1.2, 0)]
    [InlineData(-0.5, 1)]
    public async Task After_the_opening_what_the_price_has_made_is_not_added_again(double made, double left)
    {
        var jump = Beta * Move;
        var now = AtClose * Math.Exp(made * jump);
        var prices = PriceHistory.FromPoints([.. Flat(Opening.AddMinutes(5)).Points(), new(Opening.AddMinutes(10), now)]);

        var forecast = await OffshoreOpeningModel
            .Of(new FixedModel("fixed", 7), () => Rates(Move))
            .PredictAsync(Opening.AddMinutes(12), prices, Ct);

        // The last price, and not the level, which has not followed yet.
        Assert.Equal(now * Math.Exp(left * jump), forecast!.Price, 12);
    }

    [Theory]
    [InlineData(20)]
    [InlineData(60)]
    [InlineData(-60)]
    [InlineData(-24 * 60 + 120)]
    public async Task Away_from_the_opening_it_is_the_other_models_forecast(int minutes) =>
        Assert.Equal(AtClose, (await ForecastAsync(Opening.AddMinutes(minutes), Rates(Move))).Price);

    [Theory]
    [InlineData("2025-10-11")]
    [InlineData("2025-10-12")]
    [InlineData("2025-10-08")]
    [InlineData("2026-01-01")]
    public async Task On_weekends_and_holidays_no_opening_is_due(string day)
    {
        var opening = DateTimeOffset.Parse($"{day}T01:30Z", CultureInfo.InvariantCulture);
        var rates = RateHistory.FromPoints(
            Enumerable.Range(-24 * 14, 24 * 14 + 2).Select(hour => new RatePoint(opening.AddHours(hour), AtClose + hour * 1e-4))
        );

        Assert.Equal(AtClose, (await ForecastAsync(opening.AddMinutes(-10), rates)).Price);
    }

    [Fact]
    public async Task After_a_holiday_the_move_counts_from_the_close_before_it()
    {
        var opening = new DateTimeOffset(2025, 10, 9, 1, 30, 0, TimeSpan.Zero);
        var rates = RateHistory.FromPoints([
            new(new(2025, 9, 30, 19, 0, 0, TimeSpan.Zero), 7.1),
            new(new(2025, 10, 8, 19, 0, 0, TimeSpan.Zero), 7.2),
            new(opening.AddMinutes(-30), 7.15),
        ]);

        var forecast = await ForecastAsync(opening.AddMinutes(-10), rates);

        Assert.Equal(AtClose * Math.Pow(7.15 / 7.1, Beta), forecast.Price, 12);
    }

    public static TheoryData<string, RateHistory> Unusable =>
        new()
        {
            { "no rates", RateHistory.Empty },
            { "none at the close", RateHistory.FromPoints([new(Opening.AddMinutes(-30), 7.2)]) },
            { "none now", RateHistory.FromPoints([new(CloseBefore, 7.2)]) },
            { "an old one at the close", RateHistory.FromPoints([new(CloseBefore.AddMinutes(-61), 7), new(Opening.AddMinutes(-10), 7.1)]) },
            { "an old one now", RateHistory.FromPoints([new(CloseBefore, 7), new(Opening.AddMinutes(-75), 7.1)]) },
            { "one that is known later", RateHistory.FromPoints([new(CloseBefore, 7), new(Opening.AddMinutes(-9), 7.1)]) },
            { "an impossible move", RateHistory.FromPoints([new(CloseBefore, 7), new(Opening.AddMinutes(-11), 7.2)]) },
        };

    [Theory]
    [MemberData(nameof(Unusable), DisableDiscoveryEnumeration = true)]
    public async Task Without_a_usable_rate_the_answer_is_the_other_models_bit_for_bit(string why, RateHistory rates)
    {
        var inner = BuiltInModels.Create().Single(model => model.Id.Name == BuiltInModels.Default);
        var intervals = new CalibratedIntervalEstimator(ShippedCalibration.Value, learning: true);
        var (madeAt, prices) = (Opening.AddMinutes(-10), Wavy(Opening.AddMinutes(-10)));

        var expected = await new Forecaster(inner, intervals).ForecastAsync(madeAt, prices, Ct);
        var forecast = await new Forecaster(OffshoreOpeningModel.Of(inner, () => rates), intervals).ForecastAsync(madeAt, prices, Ct);

        Assert.True(expected == forecast, why);
    }

    [Fact]
    public async Task The_interval_across_an_opening_grows_with_the_offshore_move_and_is_todays_elsewhere()
    {
        var inner = BuiltInModels.Create().Single(model => model.Id.Name == BuiltInModels.Default);
        var intervals = new CalibratedIntervalEstimator(ShippedCalibration.Value, learning: true);

        Assert.Equal(await WidthAsync(inner, -90), await WidthAsync(OffshoreOpeningModel.Of(inner, () => Rates(4 * Move)), -90));
        var (none, small, large) = (
            await WidthAsync(inner, -10),
            await WidthAsync(OffshoreOpeningModel.Of(inner, () => Rates(Move)), -10),
            await WidthAsync(OffshoreOpeningModel.Of(inner, () => Rates(4 * Move)), -10)
        );
        Assert.True(none < small && small < large);

        // Nine in ten errors of the jump are smaller than the jump: both errors add as independent ones do.
        var jump = 2 * Jump(Wavy(Opening.AddMinutes(-10)).Newest!.Value.Cny, 4 * Move);
        Assert.Equal(Math.Sqrt(none * none + jump * jump), large, 6);

        async Task<double> WidthAsync(IPredictionModel model, int minutes)
        {
            var madeAt = Opening.AddMinutes(minutes);
            return (await new Forecaster(model, intervals).ForecastAsync(madeAt, Wavy(madeAt), Ct))!.Interval!.Value.Width;
        }
    }

    [Fact]
    public async Task The_interval_is_wider_the_longer_the_rate_may_still_move_until_the_opening()
    {
        var intervals = new CalibratedIntervalEstimator(ShippedCalibration.Value);
        var madeAt = Opening.AddMinutes(-10);
        var widths = new List<double>();
        foreach (var age in (int[])[0, 10, 30, 50])
        {
            var rates = RateHistory.FromPoints([new(CloseBefore, AtClose), new(madeAt.AddMinutes(-age), AtClose)]);
            var model = OffshoreOpeningModel.Of(new FixedModel("own", AtClose), () => rates);
            widths.Add((await new Forecaster(model, intervals).ForecastAsync(madeAt, Wavy(madeAt), Ct))!.Interval!.Value.Width);
        }

        Assert.Equal(widths.Distinct().Order(), widths);
    }

    [Fact]
    public async Task A_models_own_interval_moves_with_the_forecast_and_widens()
    {
        var model = OffshoreOpeningModel.Of(new FixedModel("own", 7.1, new PredictionInterval(7.098, 7.104)), () => Rates(Move));
        var madeAt = Opening.AddMinutes(-10);

        var forecast = (await model.PredictAsync(madeAt, Flat(madeAt), Ct))!;

        var jump = Jump(AtClose, Move);
        Assert.Equal("offshore-opening.own", model.Id.Name);
        Assert.Equal(forecast.Price - Math.Sqrt(0.002 * 0.002 + jump * jump), forecast.Interval!.Value.Lower, 9);
        Assert.Equal(forecast.Price + Math.Sqrt(0.004 * 0.004 + jump * jump), forecast.Interval!.Value.Upper, 9);
    }

    [Theory]
    [InlineData(0, -1)]
    [InlineData(1, 0)]
    [InlineData(1.5, 1)]
    public async Task Beta_follows_the_openings_of_the_last_two_days_a_little_and_within_bounds(double earlier, int direction)
    {
        // The day before, the price made a share of a large move.
        const double large = 0.01;
        var before = Opening.AddDays(-1);
        var prices = PriceHistory.FromPoints(
            Enumerable
                .Range(-400, 398)
                .Select(i => Opening + i * PriceSlot.Step)
                .Select(time => new PricePoint(time, time < before.AddMinutes(12) ? AtClose : AtClose * Math.Exp(Share() * large)))
        );
        var rates = RateHistory.FromPoints([
            new(new(2025, 10, 10, 19, 0, 0, TimeSpan.Zero), 7.1),
            new(before.AddMinutes(-5), 7.1 * Math.Exp(large)),
            new(CloseBefore, 7.1),
            new(Opening.AddMinutes(-15), 7.1 * Math.Exp(Move)),
        ]);

        var forecast = await OffshoreOpeningModel
            .Of(new FixedModel("fixed", AtClose), () => rates)
            .PredictAsync(Opening.AddMinutes(-10), prices, Ct);

        var beta = Math.Round(Math.Log(forecast!.Price / AtClose) / Move, 9);
        Assert.InRange(beta, 0.5, 1);
        Assert.Equal(direction, Math.Sign(beta - Beta));

        double Share() => earlier * Beta;
    }

    [Theory]
    [InlineData("filtered-smoothers")]
    [InlineData("arima")]
    public async Task A_later_price_or_rate_changes_no_earlier_forecast(string name)
    {
        var inner = BuiltInModels.Create().Single(model => model.Id.Name == name);
        var all = Enumerable.Range(-120, 200).Select(i => new RatePoint(Opening.AddMinutes(30 * i), 7.1 + Math.Sin(i / 5d) / 200)).ToList();
        var (whole, intervals) = (RateHistory.FromPoints(all), new CalibratedIntervalEstimator(ShippedCalibration.Value, learning: true));
        foreach (var minutes in (int[])[-60, -50, -45, -10, 0, 5, 10, 15, 20, 300])
        {
            var madeAt = Opening.AddMinutes(minutes);
            var cut = RateHistory.FromPoints(all.Where(point => point.KnownAt <= madeAt));

            Assert.Equal(
                await new Forecaster(OffshoreOpeningModel.Of(inner, () => cut), intervals).ForecastAsync(madeAt, Wavy(madeAt), Ct),
                await new Forecaster(SharedReplay.Of(OffshoreOpeningModel.Of(inner, () => whole)), intervals).ForecastAsync(
                    madeAt,
                    Wavy(madeAt.AddDays(1)),
                    Ct
                )
            );
        }
    }

    [Fact]
    public void It_behaves_as_any_model_must() =>
        ModelConformance.Check(
            OffshoreOpeningModel.Of(BuiltInModels.Create().Single(model => model.Id.Name == BuiltInModels.Default), () => Rates(Move)),
            ModelConformanceTests.Terms
        );

    [Fact]
    public void Its_name_says_what_it_is_around()
    {
        Assert.Equal("offshore-opening@1", OffshoreOpeningModel.Of(new AveragedNothing(), () => RateHistory.Empty).Id.ToString());
        Assert.Equal("offshore-opening.last-price@1", OffshoreOpeningModel.Of(new LastPriceModel(), () => RateHistory.Empty).Id.ToString());
        Assert.Equal(63, OffshoreOpeningModel.Of(new FixedModel(new('x', 63), 7), () => RateHistory.Empty).Id.Name.Length);
    }

    private static readonly DateTimeOffset CloseBefore = new(2025, 10, 13, 19, 0, 0, TimeSpan.Zero);

    /// <summary>The rate at the close, and a rate that has moved since at every half hour before and at the opening.</summary>
    /// <summary>
    /// Ten minutes before the opening, when the newest rate is from half an hour before it: the expected move, and what nine in ten moves
    /// of half an hour stay below, 5 basis points in an hour growing with the root of time.
    /// </summary>
    private static double Jump(double price, double move)
    {
        var (expected, unknown) = (1 - Math.Exp(Beta * move), Beta * 5e-4 * Math.Sqrt(0.5));
        return price * Math.Sqrt(expected * expected + unknown * unknown);
    }

    private static RateHistory Rates(double move) =>
        RateHistory.FromPoints(
            Enumerable
                .Range(-4, 8)
                .Select(i => new RatePoint(Opening.AddMinutes(30 * i), AtClose * Math.Exp(move)))
                .Prepend(new(CloseBefore, AtClose))
        );

    private static PriceHistory Flat(DateTimeOffset until) => Until(until, _ => AtClose);

    private static PriceHistory Wavy(DateTimeOffset until) =>
        Until(until, time => AtClose + Math.Sin(time.ToUnixTimeSeconds() / 9000d) / 500 + time.Minute % 7 * 1e-4);

    private static PriceHistory Until(DateTimeOffset until, Func<DateTimeOffset, double> price) =>
        PriceHistory.FromPoints(
            Enumerable
                .Range(0, 1200)
                .Select(i => PriceSlot.NearestTo(until).Time - i * PriceSlot.Step)
                .Where(time => time <= until)
                .Select(time => new PricePoint(time, price(time)))
        );

    private static async Task<Forecast> ForecastAsync(DateTimeOffset madeAt, RateHistory rates) =>
        (await OffshoreOpeningModel.Of(new FixedModel("fixed", AtClose), () => rates).PredictAsync(madeAt, Flat(madeAt), Ct))!;

    private sealed class AveragedNothing : IPredictionModel
    {
        public ModelId Id { get; } = new(BuiltInModels.Default, "1");

        public ValueTask<Forecast?> PredictAsync(DateTimeOffset timestamp, PriceHistory history, CancellationToken ct) =>
            new((Forecast?)null);
    }
}
