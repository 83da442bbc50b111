using System.Text.Json;
using Azure.Data.Tables;
using Bittbridge.Miner.Forecasting;
using Bittbridge.Miner.Prices;
using Bittbridge.Miner.Tests.Replay;
using Bittbridge.Miner.Tests.Storage;
using Bittbridge.Miner.Tests.Telemetry;
using Bittbridge.Miner.TrackRecord;
using Bittbridge.Models;
using Bittbridge.Models.Scoring;
using Bittbridge.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using static Bittbridge.Miner.Tests.TrackRecord.ScoringTest;

namespace Bittbridge.Miner.Tests.TrackRecord;

public sealed class ForecastScoringTests
{
    private readonly FakeTimeProvider _clock = new(Noon);
    private readonly Miner.Configuration.StorageSettings _storage;
    private readonly ScoringTest _test;

    public ForecastScoringTests(TestStorage storage)
    {
        _storage = storage.NewSettings();
        _test = new(_storage, _clock);
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_matured_forecast_gets_the_price_at_its_target_and_its_scores()
    {
        await _test.RecordAsync(ForecastFor(Noon));
        await _test.ObserveAsync(new PricePoint(Noon.AddSeconds(-20), 7.1034567));

        await _test.ScoreAsync();

        var row = await _test.ForecastRowAsync();
        Assert.Equal((7.1034567, Noon.AddSeconds(-20)), (row.GetDouble("Truth"), row.GetDateTimeOffset("TruthAt")));
        Assert.Equal(0.0034567, row.GetDouble("AbsoluteError")!.Value, 12);
        Assert.Equal(0.0034567 / 7.1034567, row.GetDouble("RelativeError")!.Value, 15);
        Assert.Equal(0.0165433, row.GetDouble("LastPriceError")!.Value, 12);
        Assert.Equal(Math.Abs(7.1 - 7.1035) / 7.1035, row.GetDouble("PointScore")!.Value, 15);
        Assert.True(row.GetBoolean("IsCovered"));
        Assert.Equal(0.02, row.GetDouble("Width")!.Value, 12);
        Assert.Equal(1 / 21d, row.GetDouble("IntervalScore")!.Value, 9);
        Assert.Equal(0.02, row.GetDouble("Winkler")!.Value, 12);
        // What was there before the scoring stays.
        Assert.Equal((7.1, 12.5), (row.GetDouble("Price"), row.GetDouble("LatencyMs")));
        Assert.StartsWith("2026-11-23T11:00:00", row.GetString("caller_Alice"), StringComparison.Ordinal);

        var day = await _test.DayAsync();
        Assert.Equal(
            (new DateOnly(2026, 11, 23), "exponential-smoothing@1", ForecastRole.Active, 1, 1, 1),
            (day.Day, day.Model, day.Role, day.Answered, day.Scored, day.Intervals)
        );
        Assert.Equal(0.0034567 / 0.0165433, day.MaeRatio!.Value, 9);
        Assert.Equal((1d, 12.5, 12.5), (day.Coverage, day.LatencyP50Ms, day.LatencyP99Ms));
        Assert.Equal(("Alice", 1), (Assert.Single(day.Callers).Key, day.Callers["Alice"]));
    }

    /// <summary>The ranks by the stored scores give the shares that the validator's own code gave.</summary>
    [Fact]
    public async Task The_scores_of_recorded_rounds_rank_the_answers_as_the_validator_did()
    {
        var rounds = RecordedFacts
            .Lines("fixtures/scoring.jsonl")
            .Select((line, i) => new RecordedRound(Noon.AddMinutes(5 * i), JsonDocument.Parse(line).RootElement))
            .ToList();
        await Task.WhenAll(rounds.Select(round => _test.RecordAsync(round.Forecasts())));
        await _test.ObserveAsync([.. rounds.Select(round => new PricePoint(round.Target, round.Actual))]);
        _clock.SetUtcNow(rounds[^1].Target.AddHours(1));

        await _test.ScoreAllAsync();

        var rows = (await RowsAsync(_test.Forecasts)).ToLookup(row => row.GetDateTimeOffset("MadeAt")!.Value.AddHours(1));
        Assert.Equal(80, rounds.Count);
        Assert.Every(
            rounds,
            round =>
            {
                var scored = rows[round.Target].ToDictionary(row => row.GetString("Version"));
                Assert.Equal(round.Forecasts().Count(), scored.Count);
                Assert.Equal(
                    round.Shares("point_shares"),
                    RecordedRound.Ranked(
                        round.Answers.Select(
                            (answer, i) =>
                                scored.TryGetValue($"{i}", out var row) ? row.GetDouble("PointScore")
                                : answer.Price is { } price ? Math.Abs(price - round.Actual) / round.Actual
                                : null
                        )
                    )
                );
                Assert.Equal(
                    round.Shares("interval_shares"),
                    RecordedRound.Ranked(
                        round.Answers.Select(
                            (answer, i) =>
                                scored.TryGetValue($"{i}", out var row) ? -row.GetDouble("IntervalScore")
                                : answer is { Lower: { } lower, Upper: { } upper }
                                    ? -ValidatorScoring.IntervalScore(round.Actual, lower, upper)
                                : null
                        )
                    )
                );
            }
        );
    }

    [Theory]
    [InlineData(-150, true)]
    [InlineData(150, true)]
    [InlineData(-150.001, false)]
    [InlineData(150.001, false)]
    public async Task A_price_counts_for_the_target_up_to_150_seconds_away(double secondsOff, bool isScored)
    {
        await _test.RecordAsync(ForecastFor(Noon));
        await _test.ObserveAsync(new PricePoint(Noon.AddSeconds(secondsOff), 7.11));
        _clock.Advance(TimeSpan.FromMinutes(30));

        await _test.ScoreAsync();

        Assert.Equal(isScored, (await _test.ForecastRowAsync()).ContainsKey("Truth"));
        var day = await _test.DayAsync();
        Assert.Equal((1, isScored ? 1 : 0), (day.Answered, day.Scored));
    }

    [Fact]
    public async Task The_price_is_that_of_the_target_s_instant_and_not_of_its_slot()
    {
        await _test.RecordAsync(ForecastFor(Noon.AddSeconds(-140)));
        await _test.ObserveAsync(new PricePoint(Noon.AddSeconds(-210), 7.3), new PricePoint(Noon.AddSeconds(-10), 7.4));

        await _test.ScoreAsync();

        Assert.Equal(7.3, (await _test.ForecastRowAsync()).GetDouble("Truth"));
    }

    [Fact]
    public async Task A_forecast_whose_hour_is_not_over_is_not_scored()
    {
        await _test.RecordAsync(ForecastFor(Noon.AddMilliseconds(1)), ForecastFor(Noon.AddMinutes(30)));
        await _test.ObserveAsync(new PricePoint(Noon, 7.11));

        await _test.ScoreAsync();

        Assert.Every(await RowsAsync(_test.Forecasts), row => Assert.False(row.ContainsKey("Truth")));
        Assert.Empty(await _test.DayRowsAsync());

        _clock.Advance(TimeSpan.FromMilliseconds(1));
        await _test.ScoreAsync();
        Assert.Equal(1, (await _test.DayAsync()).Scored);
    }

    [Fact]
    public async Task A_row_from_the_end_of_the_calendar_is_skipped_and_the_others_are_scored()
    {
        await _test.RecordAsync(ForecastFor(Noon), ForecastFor(Noon.AddMinutes(5)), ForecastFor(Noon.AddMinutes(10)));
        await _test.ObserveAsync([.. Enumerable.Range(0, 3).Select(i => new PricePoint(Noon.AddMinutes(5 * i), 7.1))]);
        var rows = await RowsAsync(_test.Forecasts);
        foreach (var row in new[] { rows[0], rows[2] })
        {
            row["MadeAt"] = new DateTimeOffset(9999, 12, 31, 23, 30, 0, TimeSpan.Zero);
            await _test.Forecasts.UpdateEntityAsync(row, row.ETag, TableUpdateMode.Replace, Ct);
        }

        _clock.Advance(TimeSpan.FromMinutes(15));
        await _test.ScoreAsync();

        Assert.Equal([false, true, false], (await RowsAsync(_test.Forecasts)).Select(row => row.ContainsKey("Truth")));
        Assert.Equal(1, (await _test.DayAsync()).Scored);
    }

    [Fact]
    public async Task A_cursor_at_the_end_of_the_calendar_is_ignored()
    {
        await _test.RecordAsync(ForecastFor(Noon));
        await _test.ObserveAsync(new PricePoint(Noon, 7.1));
        await _test.ScoreAsync();
        var cursor = (await RowsAsync(_test.Days)).Single(row => row.RowKey == TrackRecordKeys.Cursor);
        cursor["Through"] = new DateTimeOffset(9999, 12, 31, 23, 59, 0, TimeSpan.Zero);
        await _test.Days.UpdateEntityAsync(cursor, cursor.ETag, TableUpdateMode.Replace, Ct);

        await _test.RecordAsync(ForecastFor(Noon.AddMinutes(5)));
        await _test.ObserveAsync(new PricePoint(Noon.AddMinutes(5), 7.1));
        _clock.Advance(TimeSpan.FromMinutes(6));
        await _test.ScoreAsync();

        Assert.Equal(2, (await _test.DayAsync()).Scored);
    }

    [Fact]
    public async Task A_later_point_that_is_nearer_revises_the_outcome_and_a_farther_one_does_not()
    {
        await _test.RecordAsync(ForecastFor(Noon));
        await _test.ObserveAsync(new PricePoint(Noon.AddSeconds(-100), 7.11));
        await _test.ScoreAsync();
        Assert.Equal(7.11, (await _test.ForecastRowAsync()).GetDouble("Truth"));

        await _test.ObserveAsync(new PricePoint(Noon.AddSeconds(-40), 7.12));
        _clock.Advance(TimeSpan.FromMinutes(5));
        await _test.ScoreAsync();
        Assert.Equal(7.12, (await _test.ForecastRowAsync()).GetDouble("Truth"));
        Assert.Equal(0.02, (await _test.DayAsync()).MeanAbsoluteError!.Value, 9);

        // Another instance whose prices lack the nearer point.
        await _test.Prices.SaveAsync(
            "coingecko",
            PriceHistory.Empty,
            PriceHistory.FromPoints([new(Noon.AddSeconds(-100), 7.11)]),
            state => state,
            replaceHistory: true,
            Ct
        );
        await _test.ScoreAsync();
        Assert.Equal(7.12, (await _test.ForecastRowAsync()).GetDouble("Truth"));
        Assert.Equal(0.02, (await _test.DayAsync()).MeanAbsoluteError!.Value, 9);
    }

    [Fact]
    public async Task A_price_that_the_chart_brings_hours_later_scores_and_revises()
    {
        await _test.RecordAsync(ForecastFor(Noon), ForecastFor(Noon.AddMinutes(5)));
        await _test.ObserveAsync(new PricePoint(Noon.AddSeconds(-100), 7.11));
        _clock.Advance(TimeSpan.FromHours(20));
        await _test.ScoreAsync();
        Assert.Equal((2, 1), ((await _test.DayAsync()).Answered, (await _test.DayAsync()).Scored));

        await _test.FillAsync(new PricePoint(Noon.AddSeconds(1), 7.13), new PricePoint(Noon.AddMinutes(5), 7.14));
        await _test.ScoreAsync();

        Assert.Equal([7.13, 7.14], (await RowsAsync(_test.Forecasts)).Select(row => row.GetDouble("Truth")!.Value));
        var day = await _test.DayAsync();
        Assert.Equal((2, 2, 0.035), (day.Answered, day.Scored, Math.Round(day.MeanAbsoluteError!.Value, 9)));
    }

    [Fact]
    public async Task Several_callers_of_a_slot_are_one_record_with_the_first_answer()
    {
        await _test.RecordAsync(
            ForecastFor(Noon),
            ForecastFor(Noon.AddSeconds(30), price: 7.2) with
            {
                Caller = "Bob",
            },
            ForecastFor(Noon.AddSeconds(31), price: 7.3) with
            {
                Caller = "Mallory",
                HasPermit = false,
            },
            ForecastFor(Noon.AddMinutes(5)) with
            {
                Caller = "Bob",
            }
        );
        await _test.ObserveAsync(new PricePoint(Noon, 7.1), new PricePoint(Noon.AddMinutes(5), 7.1));
        _clock.Advance(TimeSpan.FromMinutes(6));

        await _test.ScoreAsync();

        var day = await _test.DayAsync();
        Assert.Equal((2, 0d), (day.Scored, day.MeanAbsoluteError!.Value));
        Assert.Equal(["Alice 1", "Bob 2", "Mallory 1"], day.Callers.Select(caller => $"{caller.Key} {caller.Value}"));
    }

    [Fact]
    public async Task Shadows_and_fallbacks_have_days_of_their_own()
    {
        await _test.RecordAsync(
            ForecastFor(Noon),
            ForecastFor(Noon) with
            {
                Model = new("mine", "7"),
                Role = ForecastRole.Shadow,
                Caller = ForecastRecord.Shadow,
            },
            ForecastFor(Noon.AddMinutes(5)) with
            {
                Model = new("last-price", "1"),
                Role = ForecastRole.Fallback,
            }
        );
        await _test.ObserveAsync(new PricePoint(Noon, 7.1), new PricePoint(Noon.AddMinutes(5), 7.1));
        _clock.Advance(TimeSpan.FromMinutes(6));

        await _test.ScoreAsync();

        Assert.Equal(
            ["exponential-smoothing@1 Active 1", "last-price@1 Fallback 1", "mine@7 Shadow 0"],
            (await _test.DayRowsAsync())
                .Select(row => row.Score(_clock.GetUtcNow()))
                .Select(day => $"{day.Model} {day.Role} {day.Callers.Count}")
        );
    }

    [Fact]
    public async Task A_day_ends_at_midnight_of_the_target_and_a_version_has_its_own()
    {
        var midnight = new DateTimeOffset(2026, 11, 24, 0, 0, 0, TimeSpan.Zero);
        await _test.RecordAsync(
            ForecastFor(midnight.AddMinutes(-10)),
            ForecastFor(midnight.AddMinutes(-5)) with
            {
                Model = new("exponential-smoothing", "2"),
            },
            ForecastFor(midnight.AddSeconds(-150)) with
            {
                Model = new("exponential-smoothing", "2"),
            },
            ForecastFor(midnight.AddMinutes(5)) with
            {
                Model = new("exponential-smoothing", "2"),
            }
        );
        await _test.ObserveAsync([.. Enumerable.Range(-3, 6).Select(i => new PricePoint(midnight.AddMinutes(5 * i), 7.1))]);
        _clock.SetUtcNow(midnight.AddMinutes(30));

        await _test.ScoreAsync();

        Assert.Equal(
            ["2026-11-23 exponential-smoothing@1 1", "2026-11-23 exponential-smoothing@2 1", "2026-11-24 exponential-smoothing@2 2"],
            (await _test.DayRowsAsync()).Select(row => $"{row.Day:yyyy-MM-dd} {row.Model} {row.Slots.Count()}")
        );
    }

    [Fact]
    public async Task A_matured_forecast_is_measured_by_model_and_role()
    {
        await _test.RecordAsync(
            ForecastFor(Noon),
            ForecastFor(Noon, price: 7.2) with
            {
                Model = new("mine", "7"),
                Role = ForecastRole.Shadow,
                Caller = ForecastRecord.Shadow,
            }
        );
        await _test.ObserveAsync(new PricePoint(Noon, 7.105));
        using var heard = new HeardMetrics();

        await NewScoring(_storage, _clock, heard.Metrics).RunAsync(Ct);

        const string Active = " bittbridge.model=exponential-smoothing@1 bittbridge.forecast.role=active";
        const string Shadow = " bittbridge.model=mine@7 bittbridge.forecast.role=shadow";
        Assert.Equal(
            new Dictionary<string, double>
            {
                ["bittbridge.forecast.error" + Active] = 0.005 / 7.105,
                ["bittbridge.forecast.last_price.error" + Active] = 0.015 / 7.105,
                ["bittbridge.forecast.intervals" + Active + " bittbridge.outcome=covered"] = 1,
                ["bittbridge.forecast.interval.score" + Active] = 1 / 21d,
                ["bittbridge.forecast.error" + Shadow] = 0.095 / 7.105,
                ["bittbridge.forecast.last_price.error" + Shadow] = 0.015 / 7.105,
                ["bittbridge.forecast.intervals" + Shadow + " bittbridge.outcome=missed"] = 1,
                ["bittbridge.forecast.interval.score" + Shadow] = 0,
            }.Select(pair => (pair.Key, Math.Round(pair.Value, 9))),
            heard.Measurements.Select(measured => (measured.Key, Math.Round(measured.Value, 9)))
        );
    }

    [Fact]
    public async Task Neither_a_revision_nor_a_repetition_nor_another_instance_measures_a_forecast_again()
    {
        await SomeHoursAsync();
        using var heard = new HeardMetrics();
        await using (var overtaken = new FaultyStorage(_storage.Location))
        {
            overtaken.StepIn("POST batch", () => NewScoring(_storage, _clock, heard.Metrics).RunAsync(Ct));
            await NewScoring(_storage.Through(overtaken), _clock, heard.Metrics).RunAsync(Ct);
        }

        for (var i = 0; i < 3; i++)
        {
            await NewScoring(_storage, _clock, heard.Metrics).RunAsync(Ct);
        }

        // As after a restore of the table, with nearer prices.
        var before = await TruthsAsync();
        await _test.Days.DeleteEntityAsync("tether-cny", TrackRecordKeys.Cursor, cancellationToken: Ct);
        await _test.ObserveAsync([
            .. (await RowsAsync(_test.Forecasts)).Select(row => new PricePoint(row.GetDateTimeOffset("MadeAt")!.Value.AddHours(1), 7.3)),
        ]);
        await NewScoring(_storage, _clock, heard.Metrics).RunAsync(Ct);

        Assert.NotEqual(before, await TruthsAsync());
        Assert.Equal(
            24,
            heard.Measurements.Count(measured => measured.Key.StartsWith("bittbridge.forecast.error ", StringComparison.Ordinal))
        );

        async Task<List<double?>> TruthsAsync() => [.. (await RowsAsync(_test.Forecasts)).Select(row => row.GetDouble("Truth"))];
    }

    /// <summary>The outcomes are stored and the day is not: the next run finds nothing new in the forecasts.</summary>
    [Fact]
    public async Task A_forecast_is_measured_although_the_run_that_scored_it_then_fails()
    {
        await _test.RecordAsync(ForecastFor(Noon));
        await _test.ObserveAsync(new PricePoint(Noon, 7.105));
        using var heard = new HeardMetrics();
        await using (var breaking = new FaultyStorage(_storage.Location))
        {
            var scoring = NewScoring(_storage.Through(breaking), _clock, heard.Metrics);

            // Its three tables, then the prices, the cursor, the forecasts, and the batch of outcomes.
            breaking.BreakAfter(8, isNextDone: false);
            await scoring.RunAsync(Ct);
            Assert.Empty(await _test.DayRowsAsync());
        }

        await NewScoring(_storage, _clock, heard.Metrics).RunAsync(Ct);

        Assert.Single(await _test.DayRowsAsync());
        Assert.Single(heard.Measurements, measured => measured.Key.StartsWith("bittbridge.forecast.error ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Scoring_again_and_again_changes_nothing()
    {
        await SomeHoursAsync();
        await _test.ScoreAllAsync();
        var state = await _test.StateAsync();

        for (var i = 0; i < 3; i++)
        {
            await _test.ScoreAsync();
        }

        // And from the start, as after a restore of the table.
        await _test.Days.DeleteEntityAsync("tether-cny", TrackRecordKeys.Cursor, cancellationToken: Ct);
        await _test.ScoreAllAsync();

        Assert.Equal(state, await _test.StateAsync());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task A_clock_that_jumps_an_hour_and_back_costs_no_forecast_its_score(int hours)
    {
        var slots = Enumerable.Range(0, 24).Select(i => Noon.AddMinutes(5 * i)).ToList();
        await _test.RecordAsync(slots.Select(slot => ForecastFor(slot)));
        foreach (var (i, slot) in slots.Index())
        {
            _clock.SetUtcNow(slot);
            await _test.ObserveAsync(new PricePoint(slot, 7.1 + (i * 1e-4)));
            await _test.ScoreAsync();
            if (i is 5 or 12)
            {
                await NewScoring(_storage, new FakeTimeProvider(slot.AddHours(hours))).RunAsync(Ct);
            }
        }

        Assert.Every(await RowsAsync(_test.Forecasts), row => Assert.True(row.ContainsKey("Truth"), row.RowKey));
        var day = await _test.DayAsync();
        Assert.Equal((24, 24), (day.Answered, day.Scored));
    }

    /// <summary>
    /// The others have a nearer price, and come before the first write, of the outcome, or before the second, of the day, which is new or
    /// not.
    /// </summary>
    [Theory]
    [InlineData(1, false, 1)]
    [InlineData(2, false, 1)]
    [InlineData(2, true, 1)]
    [InlineData(1, false, 3)]
    [InlineData(2, true, 3)]
    public async Task Concurrent_instances_leave_the_same_rows_as_one(int write, bool isKnown, int others)
    {
        await _test.RecordAsync(ForecastFor(Noon));
        if (isKnown)
        {
            await _test.ObserveAsync(new PricePoint(Noon.AddSeconds(-140), 7.13));
            await _test.ScoreAsync();
        }

        await _test.ObserveAsync(new PricePoint(Noon.AddSeconds(-100), 7.11));
        using var log = new KeptLog();
        using var loggers = new LoggerFactory([log]);
        await using var overtaken = new FaultyStorage(_storage.Location);
        overtaken.StepIn(
            "POST batch",
            async () =>
            {
                await _test.ObserveAsync(new PricePoint(Noon.AddSeconds(-40), 7.12));
                await Task.WhenAll(Enumerable.Range(0, others).Select(_ => NewScoring(_storage, _clock).RunAsync(Ct)));
            },
            write
        );
        await NewScoring(_storage.Through(overtaken), _clock, logger: loggers.CreateLogger<ForecastScoring>()).RunAsync(Ct);

        var raced = await _test.StateAsync();
        Assert.Equal(7.12, (await _test.ForecastRowAsync()).GetDouble("Truth"));
        Assert.Equal(0.02, (await _test.DayAsync()).MeanAbsoluteError!.Value, 9);
        Assert.DoesNotContain(log.Lines, line => line.Id is 8001 or 8002);

        await UndoAsync();
        await _test.ScoreAllAsync();
        Assert.Equal(raced, await _test.StateAsync());
    }

    [Fact]
    public async Task After_an_outage_of_three_days_each_run_scores_a_bounded_number_until_all_are_scored()
    {
        MutationRun.SkipSlow();
        var slots = Enumerable.Range(0, 864).Select(i => Noon.AddMinutes(5 * i)).ToList();
        await Task.WhenAll(slots.Select(slot => _test.RecordAsync(ForecastFor(slot))));
        await Task.WhenAll(
            slots.Select(slot => _test.RecordAsync(ForecastFor(slot) with { Model = new("mine", "7"), Role = ForecastRole.Shadow }))
        );
        _clock.SetUtcNow(slots[^1].AddHours(1));
        await _test.ObserveAsync([.. slots.Select((slot, i) => new PricePoint(slot, 7.1 + i * 1e-5))]);

        var scored = new List<int>();
        while (scored.LastOrDefault() < 2 * slots.Count && scored.Count < 10)
        {
            await _test.ScoreAsync();
            scored.Add((await _test.DayRowsAsync()).Sum(row => row.Slots.Count()));
        }

        Assert.Equal([500, 1000, 1500, 1728], scored);
        Assert.Every(await RowsAsync(_test.Forecasts), row => Assert.True(row.ContainsKey("Truth")));
    }

    [Fact]
    public async Task An_outage_without_forecasts_is_caught_up_in_two_runs()
    {
        await _test.RecordAsync(ForecastFor(Noon));
        await _test.ObserveAsync(new PricePoint(Noon, 7.1));
        await _test.ScoreAsync();
        _clock.Advance(TimeSpan.FromDays(20));
        await _test.RecordAsync(ForecastFor(_clock.GetUtcNow()));
        await _test.ObserveAsync(new PricePoint(_clock.GetUtcNow(), 7.1));

        await _test.ScoreAsync();
        await _test.ScoreAsync();

        Assert.Equal(2, (await _test.DayRowsAsync()).Count);
    }

    [Fact]
    public async Task Days_stay_when_their_forecasts_are_pruned_even_if_the_scoring_goes_back()
    {
        await SomeHoursAsync();
        await _test.ScoreAllAsync();
        var before = (await _test.DayRowsAsync()).Select(row => row.Score(DateTimeOffset.MaxValue).Scored).ToList();
        var log = new TableForecastLog(new(_storage), _clock, NullLogger<TableForecastLog>.Instance);
        await log.PruneAsync(PriceSeries.Real, Noon.AddDays(10), Ct);

        await _test.FillAsync(new PricePoint(Noon, 7.1));
        await _test.ScoreAllAsync();

        Assert.Empty(await RowsAsync(_test.Forecasts));
        Assert.Equal(before, (await _test.DayRowsAsync()).Select(row => row.Score(DateTimeOffset.MaxValue).Scored));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_process_that_dies_at_any_operation_leaves_what_the_next_run_completes(bool isLastDone)
    {
        MutationRun.SkipSlow();
        await SomeHoursAsync();
        await _test.ScoreAllAsync();
        var state = await _test.StateAsync();
        int operations;
        await using (var counting = new FaultyStorage(_storage.Location))
        {
            await UndoAsync();
            await NewScoring(_storage.Through(counting), _clock).RunAsync(Ct);
            operations = counting.Operations.Count;
        }

        Assert.InRange(operations, 7, 20);
        for (var dies = 0; dies < operations; dies++)
        {
            await UndoAsync();
            await using (var counting = new FaultyStorage(_storage.Location))
            {
                counting.BreakAfter(dies, isLastDone);
                await NewScoring(_storage.Through(counting), _clock).RunAsync(Ct);
                Assert.InRange(counting.Operations.Count, dies + 1, dies + 10);
            }

            await _test.ScoreAllAsync();
            Assert.Equal(state, await _test.StateAsync());
        }
    }

    [Fact]
    public async Task Unavailable_storage_is_logged_and_throws_no_exception()
    {
        using var log = new KeptLog();
        using var loggers = new LoggerFactory([log]);
        var unreachable = _storage with { Location = StorageEmulator.Unreachable() };

        await NewScoring(unreachable, _clock, logger: loggers.CreateLogger<ForecastScoring>()).RunAsync(Ct);

        var (id, text) = Assert.Single(log.Lines);
        Assert.Equal(8001, id);
        Assert.StartsWith("tether-cny: could not score matured forecasts (storage is out of reach: ", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unexpected_fault_is_logged_and_throws_no_exception()
    {
        using var log = new KeptLog();
        using var loggers = new LoggerFactory([log]);

        await NewScoring(_storage, new BrokenClock(), logger: loggers.CreateLogger<ForecastScoring>()).RunAsync(Ct);

        Assert.Equal((8002, "tether-cny: scoring matured forecasts failed; the next poll tries again"), Assert.Single(log.Lines));
    }

    [Fact]
    public async Task A_run_that_is_canceled_throws() =>
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => NewScoring(_storage, _clock).RunAsync(new(canceled: true)));

    [Fact]
    public async Task An_outcome_is_logged()
    {
        await _test.RecordAsync(ForecastFor(Noon, price: 7.25, halfWidth: 0.25));
        await _test.ObserveAsync(new PricePoint(Noon, 7.125));
        using var log = new KeptLog();
        using var loggers = new LoggerFactory([log]);

        await NewScoring(_storage, _clock, logger: loggers.CreateLogger<ForecastScoring>()).RunAsync(Ct);

        Assert.Equal(
            (8000, "The forecast of exponential-smoothing@1 (Active) for 2026-11-23 12:00:00Z was 7.25 [7, 7.5]; the price was 7.125"),
            Assert.Single(log.Lines)
        );
    }

    [Fact]
    public async Task The_cursor_is_a_quarter_of_an_hour_behind_the_clock_and_does_not_follow_it_back()
    {
        await _test.RecordAsync(ForecastFor(Noon));
        await _test.ObserveAsync(new PricePoint(Noon, 7.1));
        _clock.SetUtcNow(Noon.AddHours(1));
        await _test.ScoreAsync();
        Assert.Equal(Noon.AddMinutes(45), await ThroughAsync());

        // Also without another forecast.
        _clock.SetUtcNow(Noon.AddHours(2));
        await _test.ScoreAsync();
        Assert.Equal(Noon.AddMinutes(105), await ThroughAsync());

        await NewScoring(_storage, new FakeTimeProvider(Noon.AddMinutes(110))).RunAsync(Ct);
        Assert.Equal(Noon.AddMinutes(105), await ThroughAsync());
    }

    [Fact]
    public async Task A_run_ends_before_a_forecast_more_than_two_days_after_its_first()
    {
        DateTimeOffset[] targets = [Noon, Noon.AddDays(2), Noon.AddDays(2).AddMinutes(5)];
        await _test.RecordAsync(targets.Select(target => ForecastFor(target)));
        _clock.SetUtcNow(Noon.AddDays(3));
        await _test.ObserveAsync([.. targets.Select(target => new PricePoint(target, 7.1))]);

        await _test.ScoreAsync();
        Assert.Equal(2, (await _test.DayRowsAsync()).Sum(row => row.Slots.Count()));
        Assert.Equal(targets[1], await ThroughAsync());

        await _test.ScoreAsync();
        Assert.Equal(3, (await _test.DayRowsAsync()).Sum(row => row.Slots.Count()));
    }

    [Fact]
    public async Task A_run_ends_with_the_slot_of_the_five_hundredth_forecast()
    {
        // A row for each of two models in 250 slots, and one more.
        var midnight = new DateTimeOffset(2026, 11, 23, 0, 0, 0, TimeSpan.Zero);
        var rows = Enumerable
            .Range(0, 501)
            .Select(i => ForecastFor(midnight.AddMinutes(5 * (i / 2))) with { Model = new("mine", $"{i % 2}") })
            .Select(record => ForecastEntity.Of("tether-cny-2026-11-23", ForecastKeys.Row(record.Target, record.Model), record));
        await _test.Forecasts.CreateIfNotExistsAsync(Ct);
        foreach (var batch in rows.Chunk(100))
        {
            await _test.Forecasts.SubmitTransactionAsync(
                batch.Select(row => new TableTransactionAction(TableTransactionActionType.Add, row)),
                Ct
            );
        }

        _clock.SetUtcNow(Noon.AddDays(1));
        await _test.ObserveAsync(new PricePoint(Noon.AddDays(1), 7.1));

        await _test.ScoreAsync();
        Assert.Equal(500, (await _test.DayRowsAsync()).Sum(row => row.Score(DateTimeOffset.MaxValue).Answered));

        await _test.ScoreAsync();
        Assert.Equal(501, (await _test.DayRowsAsync()).Sum(row => row.Score(DateTimeOffset.MaxValue).Answered));
    }

    /// <summary>The target and its price are in neighboring slots, and the snapshot begins an hour later or is empty.</summary>
    [Theory]
    [InlineData(-140, -160, false)]
    [InlineData(-140, -160, true)]
    [InlineData(140, 160, false)]
    [InlineData(140, 160, true)]
    public async Task A_price_that_is_not_in_the_snapshot_is_read_from_the_history(int target, int observed, bool isEmpty)
    {
        await _test.RecordAsync(ForecastFor(Noon.AddSeconds(target)));
        _clock.SetUtcNow(Noon.AddHours(2));
        await _test.ObserveAsync(new PricePoint(Noon.AddSeconds(observed), 7.13));
        await _test.Prices.SaveAsync(
            "coingecko",
            PriceHistory.Empty,
            isEmpty ? PriceHistory.Empty : PriceHistory.FromPoints([new(Noon.AddHours(1), 7.2)]),
            state => state,
            replaceHistory: true,
            Ct
        );

        await _test.ScoreAsync();

        Assert.Equal(7.13, (await _test.ForecastRowAsync()).GetDouble("Truth"));
    }

    [Fact]
    public async Task A_price_that_is_damaged_in_the_snapshot_is_read_from_the_history()
    {
        await _test.RecordAsync(ForecastFor(Noon));
        await _test.ObserveAsync(new PricePoint(Noon.AddMinutes(-10), 7.1), new PricePoint(Noon, 7.13));
        var prices = new TableClient(_storage.Location, _storage.TablePrefix + "prices");
        TableEntity snapshot = await prices.GetEntityAsync<TableEntity>("tether-cny", "snapshot", cancellationToken: Ct);
        var points = snapshot.GetBinary("Points");
        points.AsSpan(24).Fill(0xff);
        snapshot["Points"] = points;
        await prices.UpdateEntityAsync(snapshot, snapshot.ETag, TableUpdateMode.Replace, Ct);

        await _test.ScoreAsync();

        Assert.Equal(7.13, (await _test.ForecastRowAsync()).GetDouble("Truth"));
    }

    [Fact]
    public async Task A_run_costs_six_operations_however_many_models_run()
    {
        await SomeHoursAsync();
        await _test.ScoreAllAsync();
        foreach (var shadows in new[] { 0, 3 })
        {
            var next = _clock.GetUtcNow().AddMinutes(5);
            _clock.SetUtcNow(next);
            await _test.RecordAsync(ForecastFor(next));
            await _test.RecordAsync(
                Enumerable.Range(0, shadows).Select(i => ForecastFor(next) with { Model = new("mine", $"{i}"), Role = ForecastRole.Shadow })
            );
            await _test.ObserveAsync(new PricePoint(next, 7.1));
            await using var counting = new FaultyStorage(_storage.Location);
            var scoring = NewScoring(_storage.Through(counting), _clock);
            await scoring.RunAsync(Ct);

            // The first run of a process also makes sure of its tables.
            Assert.Equal(
                [
                    "POST ",
                    "POST ",
                    "POST ",
                    "GET prices",
                    "GET trackrecord",
                    "GET forecasts",
                    "POST batch",
                    "GET trackrecord",
                    "POST batch",
                ],
                counting.Operations
            );
        }
    }

    /// <summary>Two hours of a model and its shadow, an hour on both sides of midnight, all matured.</summary>
    private async Task SomeHoursAsync()
    {
        var midnight = new DateTimeOffset(2026, 11, 24, 0, 0, 0, TimeSpan.Zero);
        var targets = Enumerable.Range(-6, 12).Select(i => midnight.AddMinutes(5 * i).AddSeconds(-20)).ToList();
        await _test.RecordAsync(targets.Select((target, i) => ForecastFor(target, 7.1 + i * 1e-4)));
        await _test.RecordAsync(
            targets.Select(
                (target, i) =>
                    ForecastFor(target, 7.11 - i * 1e-4) with
                    {
                        Model = new("mine", "7"),
                        Role = ForecastRole.Shadow,
                        Caller = ForecastRecord.Shadow,
                    }
            )
        );
        await _test.ObserveAsync([.. targets.Select((target, i) => new PricePoint(target.AddSeconds(i), 7.1 + i * i * 1e-5))]);
        _clock.SetUtcNow(midnight.AddHours(2));
    }

    /// <summary>Up to which slot the cursor says that everything is scored.</summary>
    private async Task<DateTimeOffset> ThroughAsync() =>
        (await RowsAsync(_test.Days)).Single(row => row.RowKey == TrackRecordKeys.Cursor).GetDateTimeOffset("Through")!.Value;

    /// <summary>Takes back all that the scoring has written.</summary>
    private async Task UndoAsync()
    {
        foreach (var row in await RowsAsync(_test.Days))
        {
            await _test.Days.DeleteEntityAsync(row.PartitionKey, row.RowKey, cancellationToken: Ct);
        }

        foreach (var row in await RowsAsync(_test.Forecasts))
        {
            string[] written =
            [
                "Truth",
                "TruthAt",
                "AbsoluteError",
                "RelativeError",
                "LastPriceError",
                "PointScore",
                "IsCovered",
                "Width",
                "IntervalScore",
                "Winkler",
            ];
            foreach (var name in written)
            {
                row.Remove(name);
            }

            await _test.Forecasts.UpdateEntityAsync(row, row.ETag, TableUpdateMode.Replace, Ct);
        }
    }

    private sealed class BrokenClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => throw new InvalidOperationException("The clock is broken.");
    }
}
