using Bittbridge.Models.BuiltIn;
using Bittbridge.Models.BuiltIn.Smoothing;
using Bittbridge.Models.Forecasting;
using Bittbridge.Models.Intervals;
using Bittbridge.Models.Scoring;
using Bittbridge.Models.Tests.Forecasting;
using Bittbridge.Testing;
using CsCheck;

namespace Bittbridge.Models.Tests.Intervals;

public sealed class CalibratedIntervalEstimatorTests
{
    private static readonly EnsembleModel Model = (EnsembleModel)new ModelCatalog(BuiltInModels.Create()).Find(BuiltInModels.Default)!;

    /// <summary>Fitted to the first 70 %, so that the rest is new to it.</summary>
    private static readonly Dictionary<TestSeries, Lazy<Calibration>> FirstPart = Enum.GetValues<TestSeries>()
        .ToDictionary(
            series => series,
            series => new Lazy<Calibration>(() =>
                CalibrationFitter.Fit(Series.BeforeValidation(Series.Prices(series)), Model, "the first 70 %", ct: CancellationToken.None)!
            )
        );

    /// <summary>A scale of one thousandth whatever the prices do, and errors even between none and two scales.</summary>
    private static readonly Calibration Even = new(
        1,
        "by hand",
        "filtered-smoothers@1",
        Series.At(0),
        Series.At(9),
        1000,
        new(Math.Log(0.001), [0, 0, 0], [0, 0, 0], 0, 0, [0, 0, 0], [0, 0, 0], 0, 0),
        [0.5, 0.99],
        [1, 1.98]
    );

    private static readonly PriceHistory Calm = Series.Of(Enumerable.Range(0, 300).Select(i => 7.1 + 0.0005 * Math.Sin(i * 1.7)));

    [Theory, MemberData(nameof(TestPrices.TheoryRows), MemberType = typeof(TestPrices))]
    public void A_fit_is_near_the_one_that_was_measured_before(TestSeries series)
    {
        MutationRun.SkipSlow();
        var isReal = series == TestSeries.Real;
        // The weekend, and the quantiles of .50, .75 and .90, as other implementations found them.
        var fit = CalibrationFitter.Fit(Series.Prices(series), new AveragedSmoothersModel(), "all", ct: CancellationToken.None)!;

        // The opening counts for more, and the weekend for less, as nothing opens at the weekend here.
        Assert.InRange(fit.Scale.Opening, isReal ? 1.3 : 0.85, isReal ? 1.9 : 1.02);
        Assert.Equal(isReal ? -0.402 : -0.234, fit.Scale.Weekend, 0.08);
        Assert.Equal(isReal ? 1.137 : 1.213, fit.Quantiles[49], 0.05);
        Assert.Equal(isReal ? 2.150 : 2.067, fit.Quantiles[74], 0.08);
        Assert.Equal(isReal ? 3.597 : 3.023, fit.Quantiles[89], 0.15);
    }

    [Theory, MemberData(nameof(TestPrices.TheoryRows), MemberType = typeof(TestPrices))]
    public async Task Nine_in_ten_new_hours_end_in_the_interval_and_it_is_better_than_that_of_past_errors(TestSeries series)
    {
        MutationRun.SkipSlow();
        var rounds = await EvaluationAsync(new(Model, new CalibratedIntervalEstimator(FirstPart[series].Value)), series);
        var plain = await EvaluationAsync(new(Model, new ResidualIntervalEstimator(0.9)), series);

        Assert.InRange(rounds.Coverage!.Value, 0.88, 0.93);
        Assert.True(rounds.Winkler < plain.Winkler, $"{rounds} {plain}");
        Assert.True(rounds.WorstDay > plain.WorstDay, $"{rounds} {plain}");
    }

    [Theory, MemberData(nameof(TestPrices.TheoryRows), MemberType = typeof(TestPrices))]
    public async Task The_reward_aim_earns_most_of_the_validators_score(TestSeries series)
    {
        MutationRun.SkipSlow();
        var scores = new Dictionary<IntervalAim, double>();
        foreach (var aim in Enum.GetValues<IntervalAim>())
        {
            var rounds = await EvaluationAsync(new(Model, new CalibratedIntervalEstimator(FirstPart[series].Value, aim)), series);
            scores[aim] = rounds.IntervalScoreRounded!.Value;
        }

        Assert.True(
            scores[IntervalAim.Reward] > scores[IntervalAim.Rank] && scores[IntervalAim.Rank] > scores[IntervalAim.Coverage],
            string.Join(' ', scores)
        );
    }

    [Theory]
    [InlineData(IntervalAim.Coverage)]
    [InlineData(IntervalAim.Rank)]
    [InlineData(IntervalAim.Reward)]
    public async Task Cutting_the_prices_after_a_forecast_leaves_it_bit_for_bit_the_same(IntervalAim aim)
    {
        var forecaster = new Forecaster(Model, new CalibratedIntervalEstimator(ShippedCalibration.Value, aim));
        for (var i = 500; i < 6000; i += 500)
        {
            var now = Series.Generated[i].Time;
            Assert.Equal(
                await forecaster.ForecastAsync(now, Series.Generated.Until(now), CancellationToken.None),
                await forecaster.ForecastAsync(now, Series.Generated, CancellationToken.None)
            );
        }
    }

    [Fact]
    public void The_coverage_aim_is_a_quantile_of_the_table_on_both_sides()
    {
        var interval = Estimate(IntervalAim.Coverage, 0.745)!.Value;

        // Half way from level .5 (one scale) to .99 (1.98 scales); with 288 known errors hardly wider.
        Assert.Equal(7.1 - 0.00149, interval.Lower, 7);
        Assert.Equal(7.1 + 0.00149, interval.Upper, 7);
    }

    [Fact]
    public void The_rank_aim_is_the_shortest_band_of_its_mass_between_decimals()
    {
        // .78 of the mass is 1.56 scales on both sides; 31 cells reach .00155 + half a unit.
        var interval = Estimate(IntervalAim.Rank)!.Value;

        Assert.Equal(0.0031, interval.Width, 7);
        Assert.True(interval.Contains(Math.Round(interval.Lower, 4)) && interval.Contains(Math.Round(interval.Upper, 4)));
    }

    [Fact]
    public void The_reward_aim_beats_every_other_band_in_expectation()
    {
        var interval = Estimate(IntervalAim.Reward)!.Value;
        var score = Score(interval.Width);

        for (var width = 0d; width < 0.01; width += 1e-4)
        {
            Assert.True(Score(width) <= score + 1e-4, $"{width} {interval.Width}");
        }

        // The mass of a band that wide around the price, a truth at four decimals standing for half a unit on both sides.
        static double Score(double width) => Math.Min(0.99, (width / 2 + 5e-5) / 0.002) / (1 + 1000 * width);
    }

    [Fact]
    public void The_reward_aim_tries_bands_up_to_half_a_cny_wide()
    {
        // With a scale of 0.3 the score grows with the width up to there and beyond.
        var wild = Even with
        {
            Scale = Even.Scale with { Intercept = Math.Log(0.3) },
        };

        var interval = new CalibratedIntervalEstimator(wild, IntervalAim.Reward).Estimate(7.1, Series.At(299), Calm, Model)!.Value;

        Assert.Equal(0.5, interval.Width, 7);
    }

    [Fact]
    public void A_level_beyond_the_table_is_wider_than_its_last() =>
        Assert.True(Estimate(IntervalAim.Coverage, 0.999)!.Value.Width > Estimate(IntervalAim.Coverage, 0.99)!.Value.Width);

    [Fact]
    public void An_old_price_makes_a_wider_interval() =>
        Assert.Equal(2, Width(Calm, Series.At(299).AddHours(3)) / Width(Calm, Series.At(299)), 9);

    [Theory]
    [InlineData(0, 0.00149)]
    [InlineData(0.00135, 0.0018625)]
    public void The_error_of_a_jump_that_is_due_adds_to_the_usual_one_as_squares(double jump, double half)
    {
        // Nine in ten errors are below 1.8 scales, so the jump has a scale of 0.00075; with the usual 0.001 that makes 0.00125.
        var interval = new CalibratedIntervalEstimator(Even, level: 0.745)
            .Estimate(7.1, Series.At(299), Calm, new JumpingModel(jump))!
            .Value;

        Assert.Equal(7.1 - half, interval.Lower, 1e-7);
        Assert.Equal(7.1 + half, interval.Upper, 1e-7);
    }

    [Fact]
    public void Few_known_errors_make_a_wider_interval()
    {
        // A level of .745 is 1.49 scales on both sides, and the scale one thousandth.
        Assert.Equal(2, Width(Calm.TakeLast(1), Series.At(299)) / 0.00298, 9);
        Assert.InRange(Width(Calm.TakeLast(60), Series.At(299)) / 0.00298, 1.1, 1.5);
        Assert.Equal(1, Width(Calm, Series.At(299)) / 0.00298, 4);
    }

    [Fact]
    public async Task One_pass_gives_what_the_model_and_the_estimator_give_each_for_itself()
    {
        var estimator = new CalibratedIntervalEstimator(ShippedCalibration.Value, learning: true);
        var models = BuiltInModels.Create().Where(model => model is IPastForecasts).ToList();
        Assert.True(models.Count >= 6, $"{models.Count}");
        foreach (var model in models)
        {
            var now = Series.Generated[4321].Time;
            var known = Forecaster.WindowAt(Series.Generated, now);
            var price = (await model.PredictAsync(now, known, CancellationToken.None))!.Price;

            Assert.Equal(
                new Forecast(price, estimator.Estimate(price, now, known, model)),
                await new Forecaster(model, estimator).ForecastAsync(now, Series.Generated, CancellationToken.None)
            );
        }
    }

    [Fact]
    public void Whatever_slots_are_missing_there_is_an_interval() =>
        Gen.Select(Gen.Int[1, 13], Gen.Int[0, 12], Gen.Int[1, 600], Gen.Bool)
            .Sample(
                (every, first, count, learning) =>
                {
                    var history = PriceHistory.FromPoints(
                        Enumerable.Range(0, count).Select(i => new PricePoint(Series.At(first + (i * every)), 7.1 + (0.001 * Math.Sin(i))))
                    );
                    var estimator = new CalibratedIntervalEstimator(Even, learning: learning);
                    return estimator.Estimate(7.1, history.Newest!.Value.Time, history, new LastPriceModel()) is { Width: > 0 };
                }
            );

    [Fact]
    public void Without_a_price_there_is_no_interval() =>
        Assert.Null(new CalibratedIntervalEstimator(Even).Estimate(7.1, Series.Start, PriceHistory.Empty, Model));

    [Fact]
    public void A_calibration_a_history_and_a_model_are_required()
    {
        var estimator = new CalibratedIntervalEstimator(Even);

        Assert.Equal("calibration", Assert.Throws<ArgumentNullException>(() => new CalibratedIntervalEstimator(null!)).ParamName);
        Assert.Equal("history", Assert.Throws<ArgumentNullException>(() => estimator.Estimate(7.1, Series.At(0), null!, Model)).ParamName);
        Assert.Equal("model", Assert.Throws<ArgumentNullException>(() => estimator.Estimate(7.1, Series.At(299), Calm, null!)).ParamName);
    }

    [Fact]
    public void A_model_that_cannot_replay_gets_the_width_of_the_last_prices_errors()
    {
        var estimator = new CalibratedIntervalEstimator(ShippedCalibration.Value);

        Assert.Equal(
            estimator.Estimate(7.1, Series.At(299), Calm, new LastPriceModel()),
            estimator.Estimate(7.1, Series.At(299), Calm, new FixedModel("stranger", 7.1))
        );
    }

    [Fact]
    public void A_calibration_comes_back_from_json_as_it_went()
    {
        var json = ShippedCalibration.Value.ToJson();
        var read = Calibration.FromJson(json, out var problem)!;

        Assert.Null(problem);
        Assert.Equal(json, read.ToJson());
        Assert.Equal("filtered-smoothers@1", read.Model);
        Assert.Equal(
            new CalibratedIntervalEstimator(ShippedCalibration.Value).Estimate(7.1, Series.At(299), Calm, Model),
            new CalibratedIntervalEstimator(read).Estimate(7.1, Series.At(299), Calm, Model)
        );
    }

    [Theory]
    [InlineData("no json", "line 1 is not valid JSON")]
    [InlineData("{\n\"formatVersion\": oops", "line 2 is not valid JSON")]
    [InlineData("null", "null")]
    [InlineData("[1]", "it does not hold a JSON object")]
    [InlineData("{\"formatVersion\": 1}", "it has no field 'fittedOn'")]
    [InlineData("\"fit walk lonely race hold basket smoke curtain lake obey drive bottom\"", "it does not hold a JSON object")]
    [InlineData("fit walk lonely race hold basket smoke curtain lake obey drive bottom", "line 1 is not valid JSON")]
    public void A_text_that_is_no_calibration_is_refused_with_a_reason(string json, string reason)
    {
        Assert.Null(Calibration.FromJson(json, out var problem));
        Assert.Contains(reason, problem!, StringComparison.Ordinal);
        Assert.DoesNotContain("walk", problem!, StringComparison.Ordinal);
    }

    [Fact]
    public void A_field_of_the_wrong_kind_is_named_and_not_quoted()
    {
        var json = ShippedCalibration.Value.ToJson();
        Assert.Null(
            Calibration.FromJson(json.Replace("\"cases\": ", "\"cases\": \"secret\", \"c\": ", StringComparison.Ordinal), out var kind)
        );
        Assert.Equal("its field 'cases' is not of the right kind, or lacks a part", kind);
        Assert.Null(Calibration.FromJson(json.Replace("\"intercept\"", "\"other\"", StringComparison.Ordinal), out var part));
        Assert.Equal("its field 'scale.other' is unknown, or not of the right kind", part);
    }

    [Fact]
    public void A_calibration_that_says_nothing_usable_is_refused_with_a_reason()
    {
        Assert.Contains("format is 2", Refusal(Even with { FormatVersion = 2 }), StringComparison.Ordinal);
        Assert.Contains("three coefficients", Refusal(Even with { Scale = Even.Scale with { Sines = [1] } }), StringComparison.Ordinal);
        Assert.Contains("finite", Refusal(Even with { Scale = Even.Scale with { Opening = double.NaN } }), StringComparison.Ordinal);
        Assert.Contains("differ in number", Refusal(Even with { Levels = [0.5] }), StringComparison.Ordinal);
        Assert.Contains("differ in number", Refusal(Even with { Levels = [0.5, 0.9, 0.99] }), StringComparison.Ordinal);
        Assert.Contains("fewer than two", Refusal(Even with { Levels = [0.5], Quantiles = [1] }), StringComparison.Ordinal);
        Assert.Contains(
            "three coefficients",
            Refusal(Even with { Scale = Even.Scale with { Cosines = [1, 1] } }),
            StringComparison.Ordinal
        );
        Assert.Contains("finite", Refusal(Even with { Scale = Even.Scale with { Intercept = double.NaN } }), StringComparison.Ordinal);
        Assert.Contains("no hour", Refusal(Even with { Cases = 0 }), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.5, 0.5, 0.99)]
    [InlineData(0.5, 0.99, 0.9)]
    [InlineData(0.9, 0.5, 0.99)]
    [InlineData(0.5, 0.9, 1)]
    [InlineData(0, 0.5, 0.99)]
    public void Levels_ascend_between_0_and_1(double first, double second, double third) =>
        Assert.Contains(
            ": the levels do not ascend between 0 and 1.",
            Refusal(Even with { Levels = [first, second, third], Quantiles = [1, 1.8, 1.98] }),
            StringComparison.Ordinal
        );

    /// <summary>The check for equal quantiles compares only the first with the last, and so does not notice a fall between them.</summary>
    [Theory]
    [InlineData(2, 1.5, 1)]
    [InlineData(1, 3, 2)]
    [InlineData(2, 1, 3)]
    [InlineData(1, 2, double.PositiveInfinity)]
    [InlineData(-1, 1, 2)]
    public void Quantiles_ascend_from_0_or_more(double first, double second, double third) =>
        Assert.Contains(
            ": the quantiles do not ascend from 0 or more.",
            Refusal(Even with { Levels = [0.5, 0.9, 0.99], Quantiles = [first, second, third] }),
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData(2, 3, 3, 3)]
    [InlineData(3, 4, 3, 3)]
    [InlineData(3, 3, 2, 3)]
    [InlineData(3, 3, 3, 4)]
    [InlineData(2, 4, 3, 3)]
    [InlineData(3, 3, 4, 2)]
    public void Errors_changes_cosines_and_sines_have_three_coefficients_each(int errors, int changes, int cosines, int sines)
    {
        var scale = Even.Scale with
        {
            Errors = new double[errors],
            Changes = new double[changes],
            Cosines = new double[cosines],
            Sines = new double[sines],
        };

        Assert.Contains("three coefficients", Refusal(Even with { Scale = scale }), StringComparison.Ordinal);
    }

    [Fact]
    public void A_calibration_that_was_fitted_to_one_hour_can_be_used() => Assert.Null((Even with { Cases = 1 }).Problem());

    [Fact]
    public void The_usual_change_over_an_hour_with_which_a_calibration_is_checked_is_half_a_thousandth()
    {
        // The scale is a tenth of that change, and nine in ten errors are below 1.8 scales.
        var byHour = Even.Scale with
        {
            Intercept = Math.Log(0.1),
            HourChange = 1,
        };

        Assert.Contains("intervals 0.00018 CNY wide", Refusal(Even with { Scale = byHour }), StringComparison.Ordinal);
    }

    [Fact]
    public void A_calibration_whose_intervals_hold_nothing_or_everything_is_refused_though_its_numbers_are_well_formed()
    {
        Assert.Contains("all equal", Refusal(Even with { Quantiles = [1, 1] }), StringComparison.Ordinal);
        Assert.Contains("hardly move", Refusal(Even with { Quantiles = [0, 1e-9] }), StringComparison.Ordinal);
        Assert.Contains("hardly move", Refusal(Even with { Scale = Even.Scale with { Intercept = -30 } }), StringComparison.Ordinal);
        Assert.Contains("hardly move", Refusal(Even with { Scale = Even.Scale with { Opening = -9 } }), StringComparison.Ordinal);
        Assert.Contains(
            "hardly move",
            Refusal(Even with { Scale = Even.Scale with { Changes = [-3, 0, 0], Intercept = -29 } }),
            StringComparison.Ordinal
        );
        Assert.Contains("hardly move", Refusal(Even with { Levels = [0.95, 0.99], Quantiles = [0, 9] }), StringComparison.Ordinal);
        Assert.Contains("more than 2 CNY", Refusal(Even with { Scale = Even.Scale with { Intercept = 9 } }), StringComparison.Ordinal);
        Assert.Contains("more than 2 CNY", Refusal(Even with { Scale = Even.Scale with { Sines = [0, 20, 0] } }), StringComparison.Ordinal);
        Assert.Contains(
            "more than 2 CNY",
            Refusal(Even with { Scale = Even.Scale with { Errors = [1e308, -1e308, 1e308] } }),
            StringComparison.Ordinal
        );
        Assert.Contains("more than 2 CNY", Refusal(Even with { Quantiles = [1, 1e300] }), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(7.1, 0)]
    [InlineData(7.097, 1e-9)]
    public void Prices_that_stand_still_give_no_calibration(double price, double noise)
    {
        var still = Series.Of(Enumerable.Range(0, 1150).Select(i => price + noise * (i * 7919 % 13)));

        Assert.Contains(
            "hardly move",
            CalibrationFitter.Fit(still, Model, "still", ct: CancellationToken.None)!.Problem(),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "hardly move",
            CalibrationFitter.Fit(still, new LastPriceModel(), "still", ct: CancellationToken.None)!.Problem(),
            StringComparison.Ordinal
        );
    }

    [Theory, MemberData(nameof(TestPrices.TheoryRows), MemberType = typeof(TestPrices))]
    public void A_fit_to_any_part_of_the_prices_is_usable(TestSeries series)
    {
        MutationRun.SkipSlow();
        var prices = Series.Prices(series);
        for (var from = 0; from + 1500 <= prices.Count; from += 1100)
        {
            var part = prices.Since(prices[from].Time).Until(prices[from + 1499].Time);

            Assert.Null(CalibrationFitter.Fit(part, Model, "part", ct: CancellationToken.None)!.Problem());
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(double.NaN)]
    public void A_level_lies_between_zero_and_one(double level) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new CalibratedIntervalEstimator(Even, IntervalAim.Coverage, level));

    [Theory, MemberData(nameof(TestPrices.TheoryRows), MemberType = typeof(TestPrices))]
    public void Learning_follows_errors_that_have_grown_and_not_all_the_way(TestSeries series)
    {
        MutationRun.SkipSlow();
        // The same prices, of which the calibration thinks the errors are half of what they are.
        var half = ShippedCalibration.Value with
        {
            Quantiles = [.. ShippedCalibration.Value.Quantiles.Select(quantile => quantile / 2)],
        };
        var prices = Series.Prices(series);
        var known = Series.KnownAt(prices.Count - 1, prices);

        var (plain, learned) = (Width(ShippedCalibration.Value, learning: true), Width(half, learning: true));

        // Two days weigh about four times as much as the calibration: of the factor two, four fifths of its logarithm are made up for.
        Assert.Equal(0.5, Width(half, learning: false) / Width(ShippedCalibration.Value, learning: false), 9);
        Assert.InRange(learned / plain, 0.85, 0.90);

        double Width(Calibration calibration, bool learning) =>
            new CalibratedIntervalEstimator(calibration, learning: learning)
                .Estimate(7.1, known.Newest!.Value.Time, known, Model)!
                .Value.Width;
    }

    [Fact]
    public void Less_than_half_a_day_of_errors_teaches_nothing()
    {
        var known = Series.KnownAt(5000).TakeLast(240);
        var now = known.Newest!.Value.Time;

        Assert.Equal(
            new CalibratedIntervalEstimator(ShippedCalibration.Value).Estimate(7.1, now, known, Model),
            new CalibratedIntervalEstimator(ShippedCalibration.Value, learning: true).Estimate(7.1, now, known, Model)
        );
    }

    public static MatrixTheoryData<string, TestSeries> OtherModels =>
        new(["last-price", "moving-average", "exponential-smoothing", "averaged-smoothers", "noise-filter", "arima"], TestPrices.Available);

    [Theory, MemberData(nameof(OtherModels))]
    public async Task A_model_that_the_calibration_was_not_fitted_to_gets_intervals_that_hold_too(string name, TestSeries series)
    {
        MutationRun.SkipSlow();
        var model = new ModelCatalog(BuiltInModels.Create()).Find(name)!;
        var isReal = series == TestSeries.Real;

        var calibrated = await EvaluationAsync(new(model, new CalibratedIntervalEstimator(FirstPart[series].Value)), series);
        var residual = await EvaluationAsync(new(model, new ResidualIntervalEstimator(0.9)), series);

        Assert.InRange(calibrated.Coverage!.Value, 0.885, isReal ? 0.92 : 0.935);
        Assert.True(calibrated.Winkler < (isReal ? 0.87 : 1) * residual.Winkler, $"{calibrated} {residual}");
    }

    /// <summary>
    /// The factor is a power of the ratio of errors. The exponent is h / (h + trust) for h hours of errors, three compared ones an hour.
    /// </summary>
    [Theory]
    [InlineData("stranger@1", false, 3, 3, 4)]
    [InlineData("stranger@1", true, 3, 3, 4)]
    [InlineData("stranger@1", false, 100, 4, 4)]
    [InlineData("stranger@1", false, 0.01, 0.25, 4)]
    [InlineData("stranger@1", false, 0, 0.25, 4)]
    [InlineData("filtered-smoothers@1", true, 3, 3, 10)]
    [InlineData("filtered-smoothers@1", false, 3, 1, 10)]
    public void Errors_of_another_size_than_the_calibrations_change_the_width(
        string model,
        bool learning,
        double times,
        double counted,
        double trust
    )
    {
        const int Points = 600;
        var compared = Enumerable.Range(100, Points - 12 - 100).Count(i => PriceSlot.NearestTo(Series.At(i)).Number % 4 == 0);
        var hours = compared / 3d;

        Assert.Equal(Math.Pow(counted, hours / (hours + trust)), WidthFactor(model, learning, _ => times, Points), 6);
    }

    [Fact]
    public void Of_errors_of_many_sizes_the_one_at_the_compared_level_changes_the_width()
    {
        // Of 122 compared errors the first is 3 times the calibration's, the last 0.58 times; the 98th smallest, at 80 %, is 2.52 times.
        var factor = WidthFactor("stranger@1", false, i => 3 - 0.005 * (i - 100), 600);

        Assert.Equal(Math.Pow(2.52, 122 / 3d / (122 / 3d + 4)), factor, 6);
    }

    [Theory]
    [InlineData(11, false)]
    [InlineData(12, true)]
    [InlineData(13, true)]
    [InlineData(18, true)]
    public void Half_a_day_of_errors_teaches(int hours, bool teaches) =>
        Assert.Equal(teaches, WidthFactor("stranger@1", false, _ => 3, 100 + 12 + 12 * hours) > 1.5);

    /// <summary>At a level at which the calibration has errors: at a lower one every width would be the minimum.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_calibration_without_an_error_at_the_compared_level_gives_a_width_that_is_not_scaled(double times)
    {
        var mostlyRight = Even with { Levels = [0.85, 0.99], Quantiles = [0, 9] };

        // 5 of the 14 percent from no error to 9 scales, on both sides.
        Assert.Equal(0.018 * 5 / 14, WidthOf(mostlyRight, new WrongModel("filtered-smoothers@1", _ => times), false, 600, level: 0.9), 9);
        Assert.Equal(0.018 * 5 / 14, WidthOf(mostlyRight, new WrongModel("stranger@1", _ => times), false, 600, level: 0.9), 9);
    }

    [Fact]
    public void No_interval_is_narrower_than_the_rounding_of_the_truth() =>
        Assert.Equal(0.0001, Estimate(IntervalAim.Coverage, 0.001)!.Value.Width, 12);

    [Theory]
    [InlineData(0.001)]
    [InlineData(0.01)]
    [InlineData(0.03)]
    public void In_a_wild_market_too_the_rank_aim_has_its_mass(double scale)
    {
        var wild = Even with { Scale = Even.Scale with { Intercept = Math.Log(scale) } };

        var interval = new CalibratedIntervalEstimator(wild, IntervalAim.Rank).Estimate(7.1, Series.At(299), Calm, Model)!.Value;

        // .78 of the mass is 1.56 scales on both sides.
        Assert.Equal(2 * 1.56 * scale, interval.Width, 0.0002);
    }

    /// <summary>Against a search of all bands, with most of the errors near the price, so that a band beside it has less mass.</summary>
    [Theory]
    [InlineData(7.1)]
    [InlineData(7.10003)]
    [InlineData(7.10005)]
    [InlineData(7.10008)]
    public void The_rank_aim_is_the_shortest_band_and_of_those_the_one_with_the_most_mass(double price)
    {
        var peaked = Even with { Quantiles = [0.5, 1.98] };

        var interval = new CalibratedIntervalEstimator(peaked, IntervalAim.Rank).Estimate(price, Series.At(299), Calm, Model)!.Value;

        var (first, last) = ((int)Math.Round(interval.Lower * 1e4), (int)Math.Round(interval.Upper * 1e4));
        var bands = Enumerable.Range(-40, 80).Select(i => 71_000 + i);
        Assert.True(Mass(first, last) >= CalibratedIntervalEstimator.RankMass);
        Assert.Every(bands, from => Assert.True(Mass(from, from + last - first - 1) < CalibratedIntervalEstimator.RankMass));
        Assert.Every(bands, from => Assert.True(Mass(from, from + last - first) <= Mass(first, last) + 1e-4));

        double Mass(int from, int to) => (Side((to + 0.5) / 1e4 - price) - Side((from - 0.5) / 1e4 - price)) / 2;

        static double Side(double error) => Math.CopySign(Below(Math.Abs(error) / 0.001), error);

        static double Below(double z) =>
            z < 0.5 ? z
            : z < 1.98 ? 0.5 + 0.49 * (z - 0.5) / 1.48
            : 1 - 0.01 * (1.98 / z) * (1.98 / z);
    }

    [Fact]
    public void The_rank_aim_is_content_with_exactly_its_mass()
    {
        // With 988 known errors the scale is exactly 1. A price of 0 keeps the arithmetic exact too: the 31 units of the fourth decimal
        // around it have a mass of .78, to the last bit.
        const double Half = 15 * 1e-4 + 1e-4 / 2;
        var exact = Even with
        {
            Scale = Even.Scale with { Intercept = 0 },
            Levels = [CalibratedIntervalEstimator.RankMass, 0.99],
            Quantiles = [Half, 2 * Half],
        };
        var history = Series.Of(Enumerable.Repeat(7.1, 1000));

        var interval = new CalibratedIntervalEstimator(exact, IntervalAim.Rank)
            .Estimate(0, Series.At(999), history, new WrongModel("filtered-smoothers@1", _ => 1))!
            .Value;

        Assert.Equal(0.003, interval.Width, 7);
    }

    private static async Task<Evaluation> EvaluationAsync(Forecaster forecaster, TestSeries series) =>
        Evaluation.Of(await Series.ReplayValidationAsync(forecaster, Series.Prices(series), TestContext.Current.CancellationToken));

    private static double Width(PriceHistory history, DateTimeOffset madeAt) =>
        new CalibratedIntervalEstimator(Even, IntervalAim.Coverage, 0.745).Estimate(7.1, madeAt, history, Model)!.Value.Width;

    private static PredictionInterval? Estimate(IntervalAim aim, double level = 0.9) =>
        new CalibratedIntervalEstimator(Even, aim, level).Estimate(7.1, Series.At(299), Calm, Model);

    private static string Refusal(Calibration calibration) =>
        Assert.Throws<ArgumentException>(() => new CalibratedIntervalEstimator(calibration)).Message;

    /// <summary>How much wider the interval of a model is than that of one whose errors are the calibration's.</summary>
    private static double WidthFactor(string model, bool learning, Func<int, double> times, int points) =>
        WidthOf(Even, new WrongModel(model, times), learning, points)
        / WidthOf(Even, new WrongModel("filtered-smoothers@1", _ => 1), learning: false, points);

    private static double WidthOf(Calibration calibration, IPredictionModel model, bool learning, int points, double level = 0.745) =>
        new CalibratedIntervalEstimator(calibration, level: level, learning: learning)
            .Estimate(7.1, Series.At(points - 1), Series.Of(Enumerable.Repeat(7.1, points)), model)!
            .Value.Width;

    /// <summary>The past forecast at a point was wrong by that many times the calibration's 80 % quantile, which is 1.6 scales.</summary>
    private sealed class WrongModel(string id, Func<int, double> times) : IPredictionModel, IPastForecasts
    {
        public ModelId Id { get; } = new(id.Split('@')[0], id.Split('@')[1]);

        public ValueTask<Forecast?> PredictAsync(DateTimeOffset timestamp, PriceHistory history, CancellationToken ct) =>
            new((Forecast?)null);

        public void Replay(PriceHistory history, Span<double> forecasts)
        {
            for (var i = 0; i < forecasts.Length; i++)
            {
                forecasts[i] = 7.1 + times(i) * 0.0016;
            }
        }
    }

    /// <summary>Has the errors of the model that the calibration was fitted to, and a jump is due.</summary>
    private sealed class JumpingModel(double jump) : IPredictionModel, IPendingJump
    {
        public ModelId Id { get; } = new("jumping", "1");

        public ModelId CalibratedAs { get; } = new("filtered-smoothers", "1");

        public ValueTask<Forecast?> PredictAsync(DateTimeOffset timestamp, PriceHistory history, CancellationToken ct) =>
            new((Forecast?)null);

        public double JumpAt(DateTimeOffset madeAt, PriceHistory history) => jump;
    }
}
