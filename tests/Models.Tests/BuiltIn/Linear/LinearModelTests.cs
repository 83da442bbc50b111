using Bittbridge.Models.BuiltIn.Linear;
using Bittbridge.Models.Intervals;
using Bittbridge.Models.Scoring;
using Bittbridge.Testing;

namespace Bittbridge.Models.Tests.BuiltIn.Linear;

public sealed class LinearModelTests
{
    private static readonly LinearModelParameters ByHand = new(
        1,
        "7",
        "by hand",
        Series.At(0),
        Series.At(9),
        100,
        [0.5, 0],
        [2, 1],
        [0.25, -1],
        0.125
    );

    [Fact]
    public async Task The_forecast_is_the_last_price_and_the_rule()
    {
        // Lags -1 and -3: .125 + .25 (-1 - .5) / 2 - 1 (-3) = 2.9375
        var forecast = await new LinearModel(ByHand).PredictAsync(Series.At(2), Series.Of(5, 7, 8), CancellationToken.None);

        Assert.Equal(10.9375, forecast!.Price, 12);
    }

    [Fact]
    public void Parameters_come_back_from_json_as_they_went()
    {
        var json = ByHand.ToJson();
        var read = LinearModelParameters.FromJson(json, out var problem)!;

        Assert.Null(problem);
        Assert.Equal(json, read.ToJson());
        Assert.Contains("\"fittedOn\": \"by hand\"", json, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("null", "null")]
    [InlineData("{}", "it has no field 'formatVersion'")]
    [InlineData("[1]", "")]
    public void A_text_that_is_no_model_is_refused_with_a_reason(string json, string reason)
    {
        Assert.Null(LinearModelParameters.FromJson(json, out var problem));
        Assert.Contains(reason, problem!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"cases\":", "\"case\": 1, \"cases\":", "it has the unknown field 'case'")]
    [InlineData("\"cases\":", "\"cases\": 1, \"cases\":", "it has the field 'cases' twice")]
    [InlineData("\"cases\":", "\"ca\\u0007se\": 1, \"cases\":", "it has the unknown field 'ca\\u0007se'")]
    [InlineData("\"cases\":", "\"\\u001b[0m\": 1, \"\\u001b[0m\": 1, \"cases\":", "it has the field '\\u001b[0m' twice")]
    [InlineData("\"cases\":", "\"cases\": \"secret\", \"c\":", "its field 'cases' is not of the right kind, or lacks a part")]
    [InlineData("\"means\": [", "\"means\": [\"secret\", ", "its field 'means[0]' is unknown, or not of the right kind")]
    public void A_field_that_is_wrong_is_named_and_its_value_is_not_told(string before, string after, string reason)
    {
        Assert.Null(LinearModelParameters.FromJson(ByHand.ToJson().Replace(before, after, StringComparison.Ordinal), out var problem));
        Assert.Equal(reason, problem);
    }

    [Fact]
    public void Parameters_that_fit_no_model_are_refused_with_a_reason()
    {
        Assert.Contains("format is 2", Refusal(ByHand with { FormatVersion = 2 }), StringComparison.Ordinal);
        Assert.Contains("version 'A b'", Refusal(ByHand with { Version = "A b" }), StringComparison.Ordinal);
        Assert.Contains("differ in number", Refusal(ByHand with { Means = [1] }), StringComparison.Ordinal);
        Assert.Contains("not finite", Refusal(ByHand with { Intercept = double.NaN }), StringComparison.Ordinal);
        Assert.Contains("above zero", Refusal(ByHand with { Deviations = [1, 0] }), StringComparison.Ordinal);
        Assert.Contains(
            "only returns the last price",
            Refusal(ByHand with { Coefficients = [0, -0.0], Intercept = 0 }),
            StringComparison.Ordinal
        );
        Assert.Contains("moves a constant price", Refusal(ByHand with { Intercept = 3 }), StringComparison.Ordinal);
        Assert.Contains(
            "moves a constant price",
            Refusal(ByHand with { Means = [1e300, 0], Deviations = [1e-300, 1] }),
            StringComparison.Ordinal
        );
        Assert.Contains("amplifies a change", Refusal(ByHand with { Means = [0, 0], Deviations = [1e-300, 1] }), StringComparison.Ordinal);
        Assert.Contains(
            "lags",
            Refusal(ByHand with { Means = new double[601], Deviations = [.. Enumerable.Repeat(1d, 601)], Coefficients = new double[601] }),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_rule_in_the_prices_is_found()
    {
        // Every hour the price comes back to 7 from wherever noise has put it: the best rule undoes the last step.
        var random = new Random(3);
        var history = Series.Of(Enumerable.Range(0, 3000).Select(_ => 7 + 0.001 * (random.NextDouble() - 0.5)));
        var model = new LinearModel(LinearModelFitter.Fit(history, "1", "noise", ct: CancellationToken.None)!);

        var replayed = new double[history.Count];
        model.Replay(history, replayed);

        Assert.InRange(replayed.Skip(100).Average(price => Math.Abs(price - 7)), 0, 0.00015);
        Assert.Equal((await model.PredictAsync(Series.At(2999), history, CancellationToken.None))!.Price, replayed[^1]);
    }

    [Theory, MemberData(nameof(TestPrices.TheoryRows), MemberType = typeof(TestPrices))]
    public async Task Fitted_to_the_first_seventy_percent_it_stays_near_the_last_price_on_the_rest(TestSeries series)
    {
        var prices = Series.Prices(series);
        var parameters = LinearModelFitter.Fit(Series.BeforeValidation(prices), "1", "the first 70 %", ct: CancellationToken.None)!;

        var rounds = await Series.ReplayValidationAsync(
            new(new LinearModel(parameters), new ResidualIntervalEstimator(0.9)),
            prices,
            TestContext.Current.CancellationToken
        );

        Assert.InRange(Evaluation.Of(rounds).MaeRatio!.Value, 0.95, 1.01);
    }

    [Fact]
    public void Prices_that_stand_still_give_no_model() =>
        Assert.Contains(
            "hardly move",
            LinearModelFitter.Fit(Series.Of(Enumerable.Repeat(7.1, 2000)), "1", "still", ct: CancellationToken.None)!.Problem(),
            StringComparison.Ordinal
        );

    [Fact]
    public void Too_few_hours_are_no_training_set() =>
        Assert.Null(LinearModelFitter.Fit(Series.Of(Enumerable.Range(0, 100).Select(i => 7d + i)), "1", "few", ct: CancellationToken.None));

    private static string Refusal(LinearModelParameters parameters) =>
        Assert.Throws<ArgumentException>(() => new LinearModel(parameters)).Message;
}
