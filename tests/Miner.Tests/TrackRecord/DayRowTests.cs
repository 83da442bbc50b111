using Bittbridge.Miner.Forecasting;
using Bittbridge.Miner.TrackRecord;
using Bittbridge.Models;
using Bittbridge.Models.Scoring;
using Bittbridge.Testing;
using CsCheck;

namespace Bittbridge.Miner.Tests.TrackRecord;

public sealed class DayRowTests
{
    private static readonly DateTimeOffset Midnight = new(2026, 11, 23, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Outcomes of a day in any order and repeated, each with who asked.</summary>
    private static readonly Gen<(ScoredSlot Slot, string Caller)[]> Days = Gen.Select(
            Gen.Int[0, 287],
            Gen.Double[7, 7.2],
            Gen.Double[7, 7.2],
            Gen.Double[7, 7.2],
            Gen.Double[-0.01, 0.05],
            Gen.Int[-150, 150],
            Gen.Int[0, 5]
        )
        .Select(slot =>
        {
            var (index, price, last, truth, halfWidth, secondsOff, caller) = slot;
            var target = Midnight.AddMinutes(5 * index);
            PredictionInterval? interval = halfWidth < 0 ? null : PredictionInterval.Around(price, halfWidth);
            return (
                new ScoredSlot(
                    new ScoredForecast(target - Forecast.Horizon, price, interval, last, truth),
                    target.AddSeconds(secondsOff),
                    index
                ),
                $"caller{caller}"
            );
        })
        .Array[1, 400];

    [Fact]
    public void The_figures_of_a_row_are_those_of_its_outcomes_whatever_their_order_and_however_often() =>
        Days.Sample(
            outcomes =>
            {
                var row = Row(outcomes);
                var again = Row(outcomes.Reverse().Concat(outcomes));
                // What was written and read back any number of times.
                var stored = DayRow.From(row.ToEntity("tether-cny"))!;
                var direct = outcomes
                    .GroupBy(outcome => outcome.Slot.Slot)
                    .OrderBy(slot => slot.Key)
                    .Select(slot => slot.Select(outcome => outcome.Slot).Aggregate(ScoredSlot.Prefer))
                    .ToList();
                var evaluation = Evaluation.Of([.. direct.Select(slot => slot.Forecast)]);
                var score = stored.Score(DateTimeOffset.MaxValue);

                Assert.Equal((direct.Count, direct.Count), (score.Scored, score.Answered));
                Assert.Equal(evaluation.MeanAbsoluteError, score.MeanAbsoluteError);
                Assert.Equal(evaluation.MaeRatio, score.MaeRatio);
                Assert.Equal(evaluation.Coverage, score.Coverage);
                Assert.Equal(evaluation.MeanWidth, score.MeanWidth);
                Assert.Equal(evaluation.IntervalScoreRounded, score.IntervalScore);
                Assert.Equal(evaluation.Winkler, score.Winkler);
                Assert.Equal(
                    outcomes
                        .GroupBy(outcome => outcome.Caller)
                        .ToDictionary(c => c.Key, c => c.Select(o => o.Slot.Slot).Distinct().Count()),
                    score.Callers
                );
                Assert.True(score.MaeRatioLower is null || score.MaeRatioLower <= score.MaeRatioUpper);
                AssertSame(score, DayRow.FiguresFrom(row.ToEntity("tether-cny"))!.Value.Score);
                AssertSame(score, DayRow.FiguresFrom(stored.ToEntity("tether-cny"))!.Value.Score);
                Assert.Equal(score.Answered, again.Score(DateTimeOffset.MaxValue).Answered);
            },
            iter: 200
        );

    [Fact]
    public void The_order_of_different_observations_does_not_matter() =>
        Days.Sample(
            outcomes =>
            {
                // Two observations of the same instant are a revision, whose order counts.
                var distinct = outcomes.DistinctBy(outcome => (outcome.Slot.Slot, outcome.Slot.TruthAt)).ToArray();
                AssertSame(Row(distinct).Score(DateTimeOffset.MaxValue), Row(distinct.Reverse()).Score(DateTimeOffset.MaxValue));
            },
            iter: 200
        );

    [Fact]
    public void A_full_day_with_many_callers_fits_into_a_row()
    {
        var row = DayRow.New(new(2026, 11, 23), new("m", "1"), ForecastRole.Active);
        for (var i = 0; i < 288; i++)
        {
            var slot = Slot(i);
            row.Put(
                slot.Slot,
                slot,
                Enumerable.Range(0, 300).Select(caller => $"5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHG{caller:00000}"),
                0
            );
        }

        var entity = row.ToEntity("tether-cny");
        Assert.Every(entity.Select(property => property.Value).OfType<byte[]>(), bytes => Assert.InRange(bytes.Length, 0, 65_536));
        var score = DayRow.FiguresFrom(entity)!.Value.Score;
        Assert.Equal((288, DayCallers.MaxCallers, 44 * 288), (score.Scored, score.Callers.Count, score.OtherAnswers));
        Assert.Every(score.Callers.Values, count => Assert.Equal(288, count));
    }

    [Fact]
    public void The_bounds_of_a_day_contain_its_ratio_and_a_short_day_has_no_bounds()
    {
        var day = Enumerable.Range(0, 288).Select(Slot).ToList();
        var bounds = RatioBounds.OfSlots(day)!;
        var ratio = Evaluation.MaeRatioOf(day.Select(slot => slot.Forecast));
        Assert.InRange(ratio!.Value, bounds.Lower, bounds.Upper);
        Assert.Equal(bounds, RatioBounds.OfSlots(day));
        Assert.NotNull(RatioBounds.OfSlots(day[..120]));
        Assert.Null(RatioBounds.OfSlots(day[..119]));
        Assert.Null(RatioBounds.OfSlots([]));
    }

    [Fact]
    public void The_row_keeps_the_bounds_of_every_figure_and_a_row_without_them_has_none()
    {
        var entity = Row(Enumerable.Range(0, 288).Select(i => (Slot(i), "Alice"))).ToEntity("tether-cny");
        var score = DayRow.FiguresFrom(entity)!.Value.Score;
        Assert.InRange(score.MaeRatio!.Value, score.MaeRatioLower!.Value, score.MaeRatioUpper!.Value);
        Assert.InRange(score.Coverage!.Value, score.CoverageLower!.Value, score.CoverageUpper!.Value);
        Assert.InRange(score.IntervalScore!.Value, score.IntervalScoreLower!.Value, score.IntervalScoreUpper!.Value);
        Assert.True(score.CoverageLower < score.CoverageUpper && score.IntervalScoreLower < score.IntervalScoreUpper);

        // As a version without these columns wrote it.
        foreach (var column in new[] { "CoverageLower", "CoverageUpper", "IntervalScoreLower", "IntervalScoreUpper" })
        {
            Assert.Contains(column, DayRow.FigureColumns);
            Assert.True(entity.Remove(column));
        }

        var old = DayRow.FiguresFrom(entity)!.Value.Score;
        AssertSame(score with { CoverageLower = null, CoverageUpper = null, IntervalScoreLower = null, IntervalScoreUpper = null }, old);
    }

    [Fact]
    public void A_row_of_another_format_and_a_damaged_row_are_detected()
    {
        var entity = Row([(Slot(1), "Alice"), (Slot(2), "Alice")]).ToEntity("tether-cny");
        var bytes = (byte[])entity["Slots"];
        bytes.AsSpan(16, 8).Fill(0xff);
        Assert.Equal([Slot(2)], DayRow.From(entity)!.Slots);
        entity["Format"] = 2;
        Assert.Null(DayRow.From(entity));
        Assert.Null(DayRow.FiguresFrom(entity));
    }

    [Fact]
    public void A_role_that_does_not_exist_makes_a_row_unreadable()
    {
        var entity = Row([(Slot(1), "Alice")]).ToEntity("tether-cny");
        entity["Role"] = "9";
        Assert.Null(DayRow.From(entity));
        Assert.Null(DayRow.FiguresFrom(entity));
    }

    [Fact]
    public void Figures_whose_sum_over_days_would_be_infinite_are_missing()
    {
        var entity = Row([(Slot(1), "Alice"), (Slot(2), "Alice")]).ToEntity("tether-cny");
        (entity["MeanAbsoluteError"], entity["Winkler"]) = (1e308, -1e308);

        var score = DayRow.FiguresFrom(entity)!.Value.Score;

        Assert.Null(score.MeanAbsoluteError);
        Assert.Null(score.Winkler);
        Assert.NotNull(score.MeanWidth);
    }

    [Theory]
    [InlineData(1e20, true)]
    [InlineData(-1e20, true)]
    [InlineData(1.0000000000000002e20, false)]
    [InlineData(-1.0000000000000002e20, false)]
    public void A_figure_is_read_up_to_the_largest_number(double figure, bool isRead)
    {
        var entity = Row([(Slot(1), "Alice")]).ToEntity("tether-cny");
        entity["Winkler"] = figure;

        Assert.Equal(isRead ? figure : (double?)null, DayRow.FiguresFrom(entity)!.Value.Score.Winkler);
    }

    [Theory]
    [InlineData("MeanAbsoluteError", 0, 2)]
    [InlineData("LastPriceError", 0, 2)]
    [InlineData("Coverage", 2, 0)]
    [InlineData("MeanWidth", 2, 0)]
    [InlineData("IntervalScore", 2, 0)]
    [InlineData("Winkler", 2, 0)]
    public void A_day_that_lost_a_figure_counts_for_no_mean_of_it(string lost, int scored, int intervals)
    {
        var entity = Row([(Slot(1), "Alice"), (Slot(2), "Alice")]).ToEntity("tether-cny");
        Assert.True(entity.Remove(lost));

        var score = DayRow.FiguresFrom(entity)!.Value.Score;

        Assert.Equal((2, scored, intervals), (score.Answered, score.Scored, score.Intervals));
    }

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(288, 288)]
    [InlineData(289, 0)]
    [InlineData(int.MaxValue, 0)]
    public void A_number_of_slots_that_no_day_has_is_damage(int count, int read)
    {
        var entity = Row([(Slot(1), "Alice")]).ToEntity("tether-cny");
        foreach (var column in new[] { "Answered", "Scored", "Intervals" })
        {
            entity[column] = count;
        }

        var score = DayRow.FiguresFrom(entity)!.Value.Score;

        Assert.Equal((read, read, read), (score.Answered, score.Scored, score.Intervals));
    }

    [Fact]
    public void A_slot_without_a_price_counts_as_answered_but_not_in_figures_that_end_before_the_last_outcome()
    {
        var row = Row([(Slot(1), "Alice"), (Slot(2), "Alice")]);
        row.Put(Slot(3).Slot, null, ["Alice"], 0);

        Assert.Equal((3, 2), (row.Score(DateTimeOffset.MaxValue).Answered, row.Score(DateTimeOffset.MaxValue).Scored));
        Assert.Equal((1, 1), (row.Score(Midnight.AddMinutes(5)).Answered, row.Score(Midnight.AddMinutes(5)).Scored));
    }

    [Fact]
    public void Callers_and_the_number_of_the_others_are_read_back()
    {
        var row = Row([(Slot(1), "Alice")]);
        row.Put(Slot(2).Slot, Slot(2), ["Alice", "Bob"], 7);

        var score = DayRow.From(row.ToEntity("tether-cny"))!.Score(DateTimeOffset.MaxValue);

        Assert.Equal(["Alice 2", "Bob 1"], score.Callers.Select(caller => $"{caller.Key} {caller.Value}"));
        Assert.Equal(7, score.OtherAnswers);
    }

    [Fact]
    public void A_row_without_its_slots_and_callers_is_an_empty_day()
    {
        var entity = Row([(Slot(1), "Alice")]).ToEntity("tether-cny");
        foreach (var column in new[] { "AnsweredSlots", "Slots", "Callers", "OtherCallers" })
        {
            Assert.True(entity.Remove(column));
        }

        var score = DayRow.From(entity)!.Score(DateTimeOffset.MaxValue);

        Assert.Equal((0, 0, 0), (score.Answered, score.Scored, score.OtherAnswers));
        Assert.Empty(score.Callers);
        Assert.Empty(DayRow.FiguresFrom(entity)!.Value.Score.Callers);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    [InlineData(1_000_000)]
    public void A_slot_of_another_day_is_damage_and_costs_no_memory(int daysLater)
    {
        var entity = Row([(Slot(1), "Alice")]).ToEntity("tether-cny");
        var other = Slot(2);
        other = other with { Forecast = other.Forecast with { MadeAt = other.Forecast.MadeAt.AddDays(daysLater) } };
        entity["Slots"] = PackedSlots.Pack([Slot(1), other]);

        var row = DayRow.From(entity)!;

        Assert.Equal([Slot(1)], row.Slots);
        Assert.Equal(1, row.Score(DateTimeOffset.MaxValue).Scored);
    }

    [Fact]
    public void Random_bytes_in_a_row_yield_finite_figures_that_can_be_stored_again()
    {
        var row = Row([(Slot(1), "Alice"), (Slot(2), "Bob")]).ToEntity("tether-cny");
        ParserFuzzing.RunCostly(
            [(byte[])row["Slots"], (byte[])row["Callers"], (byte[])row["AnsweredSlots"], new byte[576]],
            cost: 4,
            bytes =>
            {
                foreach (var name in new[] { "Slots", "Callers", "AnsweredSlots", "OtherCallers" })
                {
                    var day = DayRow.From(new(row) { [name] = bytes })!;
                    var score = day.Score(DateTimeOffset.MaxValue);
                    Assert.Every(
                        new[] { score.MeanAbsoluteError, score.LastPriceError, score.MeanWidth, score.Winkler, score.LatencyP99Ms },
                        figure => Assert.True(double.IsFinite(figure ?? 0))
                    );
                    AssertSame(score, DayRow.From(day.ToEntity("tether-cny"))!.Score(DateTimeOffset.MaxValue));
                }
            }
        );
    }

    private static ScoredSlot Slot(int index)
    {
        var target = Midnight.AddMinutes(5 * index);
        var truth = 7.1 + Math.Sin(index) * 0.01;
        return new(
            new ScoredForecast(target - Forecast.Horizon, 7.1, PredictionInterval.Around(7.1, 0.008), 7.1 + Math.Cos(index) * 0.01, truth),
            target,
            index
        );
    }

    private static DayRow Row(IEnumerable<(ScoredSlot Slot, string Caller)> outcomes)
    {
        var row = DayRow.New(new(2026, 11, 23), new("m", "1"), ForecastRole.Active);
        foreach (var (slot, caller) in outcomes)
        {
            row.Put(slot.Slot, slot, [caller], 0);
        }

        return row;
    }

    private static void AssertSame(DayScore expected, DayScore actual)
    {
        Assert.Equal(expected.Callers, actual.Callers);
        Assert.Equal(
            expected.CallerSlots!.Slots.Select(caller => (caller.Key, Convert.ToHexString(caller.Value.Bits))),
            actual.CallerSlots!.Slots.Select(caller => (caller.Key, Convert.ToHexString(caller.Value.Bits)))
        );
        Assert.Equal(expected with { Callers = actual.Callers, CallerSlots = actual.CallerSlots }, actual);
    }
}
