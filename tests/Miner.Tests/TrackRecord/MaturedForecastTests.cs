using Azure.Data.Tables;
using Bittbridge.Miner.Forecasting;
using Bittbridge.Miner.Tests.Storage;
using Bittbridge.Miner.TrackRecord;
using Bittbridge.Models;
using Bittbridge.Testing;

namespace Bittbridge.Miner.Tests.TrackRecord;

public sealed class MaturedForecastTests
{
    /// <summary>The price at the target, and the one that the row already has, which is nearer to the target of a later forecast.</summary>
    private static readonly (double Truth, DateTimeOffset At)[] Outcomes =
    [
        (7.105, ScoringTest.Noon),
        (7.11, ScoringTest.Noon.AddMinutes(1)),
    ];

    private static readonly PriceHistory Prices = PriceHistory.FromPoints([new(Outcomes[0].At, Outcomes[0].Truth)]);

    [Theory]
    [InlineData(-1e308, 1e308)]
    [InlineData(1e308, 1e308)]
    [InlineData(-1e308, -1e308)]
    public void An_interval_whose_scores_would_be_infinite_is_left_out(double lower, double upper)
    {
        var row = Row();
        (row["Lower"], row["Upper"]) = (lower, upper);

        var matured = MaturedForecast.From(row)!;
        var change = matured.Change(matured.Outcome(Prices)!.Value)!;

        Assert.False(change.ContainsKey("Width"));
        Assert.Equal(Outcomes[0].Truth, change.GetDouble("Truth"));
    }

    [Fact]
    public void A_price_a_latency_and_a_truth_that_can_t_be_are_missing()
    {
        Assert.Null(MaturedForecast.From(new(Row()) { ["Price"] = 1e308 }));
        Assert.Null(MaturedForecast.From(new(Row()) { ["LastPrice"] = 1e308 })!.Outcome(Prices));
        Assert.Equal(0f, MaturedForecast.From(new(Row()) { ["LatencyMs"] = 1e39 })!.Outcome(Prices)!.Value.LatencyMs);

        // The validator's score divides by the truth at four decimals.
        var tiny = MaturedForecast.From(new(Row()) { ["Truth"] = 1e-5, ["TruthAt"] = Outcomes[0].At });
        Assert.Null(tiny!.Outcome(PriceHistory.Empty));
    }

    [Fact]
    public void The_largest_number_is_a_bound_of_an_interval()
    {
        var row = Row();
        (row["Lower"], row["Upper"]) = (-1e20, 1e20);

        var matured = MaturedForecast.From(row)!;

        Assert.Equal(2e20, matured.Change(matured.Outcome(Prices)!.Value)!.GetDouble("Width"));
    }

    [Fact]
    public void Callers_with_a_permit_come_first_each_group_in_the_order_of_names()
    {
        var record = ScoringTest.ForecastFor(ScoringTest.Noon);
        var row = Row();
        foreach (var (caller, hasPermit) in new[] { ("Carol", false), ("Bob", true), ("Zoe", true), ("Alice", false) })
        {
            row[ForecastKeys.Caller(caller, hasPermit)] = ForecastEntity.Told(record);
        }

        Assert.Equal(["Bob", "Zoe", "Alice", "Carol"], MaturedForecast.From(row)!.Callers);
    }

    [Fact]
    public void The_outcome_of_the_row_stays_when_no_price_is_near()
    {
        var row = Row();
        (row["Truth"], row["TruthAt"]) = Outcomes[1];

        var outcome = MaturedForecast.From(row)!.Outcome(PriceHistory.Empty)!.Value;

        Assert.Equal((7.11, ScoringTest.Noon.AddMinutes(1)), (outcome.Forecast.Truth, outcome.TruthAt));
    }

    [Theory]
    [InlineData("9")]
    [InlineData("-1")]
    [InlineData("Boss")]
    public void A_role_that_does_not_exist_is_the_active_model_s(string role) =>
        Assert.Equal(ForecastRole.Active, MaturedForecast.From(new(Row()) { ["Role"] = role })!.Role);

    [Fact]
    public void Whatever_a_row_holds_its_outcome_is_finite_and_is_not_written_twice()
    {
        var row = Row();
        row[ForecastKeys.Caller("Alice")] = ForecastEntity.Told(ScoringTest.ForecastFor(ScoringTest.Noon));
        row[ForecastKeys.MoreAnswers] = 2L;
        (row["Truth"], row["TruthAt"]) = Outcomes[1];
        Assert.Equal(Outcomes[0].Truth, MaturedForecast.From(row)!.Outcome(Prices)!.Value.Forecast.Truth);
        ParserFuzzing.Run(
            DamagedRow.Corpus(row),
            bytes =>
            {
                foreach (var matured in DamagedRow.Of(row, bytes).Select(MaturedForecast.From).OfType<MaturedForecast>())
                {
                    // The row is found by its key, so the slot and the model are those of the key.
                    Assert.Equal(row.RowKey, ForecastKeys.Row(matured.Slot, matured.Model));
                    Assert.True(matured.MoreAnswers >= 0);
                    Assert.Equal(matured.Role == ForecastRole.Shadow ? Array.Empty<string>() : ["Alice"], matured.Callers);
                    Assert.True(matured.Outcome(PriceHistory.Empty) is not { } known || matured.Change(known) is null);
                    if (matured.Outcome(Prices) is { } outcome)
                    {
                        Assert.True(PricePoint.IsPrice(outcome.Forecast.Price) && PricePoint.IsPrice(outcome.Forecast.Last));
                        Assert.Contains((outcome.Forecast.Truth, outcome.TruthAt), Outcomes);
                        Assert.All(
                            matured.Change(outcome)?.Where(property => property.Value is double) ?? [],
                            property => Assert.True(double.IsFinite((double)property.Value), property.Key)
                        );
                    }
                }
            }
        );
    }

    private static TableEntity Row()
    {
        var record = ScoringTest.ForecastFor(ScoringTest.Noon);
        return ForecastEntity.Of("tether-cny-2026-11-23", ForecastKeys.Row(record.Target, record.Model), record);
    }
}
