using Azure.Data.Tables;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Forecasting;
using Bittbridge.Miner.Prices;
using Bittbridge.Miner.Tests.Replay;
using Bittbridge.Miner.Tests.Storage;
using Bittbridge.Models;
using Bittbridge.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Bittbridge.Miner.Tests.Forecasting;

public sealed class TableForecastLogTests
{
    private static readonly DateTimeOffset MadeAt = new(2026, 11, 23, 10, 4, 58, TimeSpan.Zero);
    private static readonly ModelId Model = new("exponential-smoothing", "1");

    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(60);

    private readonly StorageSettings _storage;
    private readonly TableClient _table;
    private readonly TableForecastLog _log;

    public TableForecastLogTests(TestStorage storage)
    {
        _storage = storage.NewSettings();
        _table = new(_storage.Location, _storage.TablePrefix + "forecasts");
        _log = LogOf(_storage);
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("2026-11-23T10:04:58Z", "tether-cny-2026-11-23", "2026-11-23T11:05Z exponential-smoothing@1")]
    [InlineData("2026-11-30T22:58:00Z", "tether-cny-2026-12-01", "2026-12-01T00:00Z exponential-smoothing@1")]
    public void The_keys_are_the_day_and_the_slot_of_the_target_and_the_model(string madeAt, string partition, string row)
    {
        var record = Answer() with { MadeAt = DateTimeOffset.Parse(madeAt, System.Globalization.CultureInfo.InvariantCulture) };
        Assert.Equal(partition, ForecastKeys.Partition(record.Series, record.Target.Time));
        Assert.Equal(row, ForecastKeys.Row(record.Target, record.Model));
    }

    [Theory]
    [InlineData("5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY", "caller_5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY")]
    [InlineData("unverified", "caller_unverified")]
    [InlineData("a-b c\"é", "caller_abc")]
    public void A_callers_property_has_a_name_that_a_table_takes(string caller, string property) =>
        Assert.Equal(property, ForecastKeys.Caller(caller));

    [Fact]
    public async Task An_answer_is_stored_with_everything_that_scoring_needs()
    {
        await _log.RecordAsync(Answer(), Ct);
        var row = Assert.Single(await RowsAsync());
        Assert.Equal(("tether-cny-2026-11-23", "2026-11-23T11:05Z exponential-smoothing@1"), (row.PartitionKey, row.RowKey));
        Assert.Equal(
            (MadeAt, 7.1, 7.05, 7.2),
            (row.GetDateTimeOffset("MadeAt"), row.GetDouble("Price"), row.GetDouble("Lower"), row.GetDouble("Upper"))
        );
        Assert.Equal(("exponential-smoothing", "1", 12.5), (row.GetString("Model"), row.GetString("Version"), row.GetDouble("LatencyMs")));
        Assert.Equal("2026-11-23T10:04:58.0000000+00:00 7.1 7.05 7.2 12.5", row.GetString("other_Alice"));
    }

    [Fact]
    public async Task Callers_of_one_slot_share_a_row_that_keeps_the_first_forecast()
    {
        await _log.RecordAsync(Answer(), Ct);
        await LogOf(_storage).RecordAsync(Answer("Bob", price: 7.15) with { MadeAt = MadeAt.AddSeconds(30) }, Ct);
        var row = Assert.Single(await RowsAsync());
        Assert.Equal((MadeAt, 7.1), (row.GetDateTimeOffset("MadeAt"), row.GetDouble("Price")));
        Assert.StartsWith("2026-11-23T10:04:58.0000000+00:00 7.1 ", row.GetString("other_Alice"), StringComparison.Ordinal);
        Assert.StartsWith("2026-11-23T10:05:28.0000000+00:00 7.15 ", row.GetString("other_Bob"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_many_callers_at_once_every_one_is_kept()
    {
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => LogOf(_storage).RecordAsync(Answer($"caller{i}"), Ct)));
        var row = Assert.Single(await RowsAsync());
        Assert.Equal(20, row.Keys.Count(key => key.StartsWith("other_", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task An_instance_that_knows_an_older_row_keeps_what_another_has_added_to_it()
    {
        await _log.RecordAsync(Answer(), Ct);
        await LogOf(_storage).RecordAsync(Answer("Bob", price: 7.15), Ct);
        await _log.RecordAsync(Answer("Bob", price: 7.2), Ct);
        var row = Assert.Single(await RowsAsync());
        Assert.StartsWith("2026-11-23T10:04:58.0000000+00:00 7.15 ", row.GetString("other_Bob"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_20_000_callers_those_with_a_permit_and_200_in_all_are_kept_and_the_others_counted()
    {
        // Two instances, and what comes at once is written together.
        var logs = new[] { _log, LogOf(_storage) };
        for (var wave = 0; wave < 4; wave++)
        {
            await Task.WhenAll(Enumerable.Range(0, 5000).Select(i => logs[i % 2].RecordAsync(Answer($"minted{wave}x{i}"), Ct)));
            await logs[wave % 2].RecordAsync(Answer($"validator{wave}") with { HasPermit = true }, Ct);
        }

        var row = Assert.Single(await RowsAsync());
        var callers = row.Keys.Where(ForecastKeys.IsCaller).ToList();
        Assert.Equal(200, callers.Count);
        Assert.Equal(
            ["caller_validator0", "caller_validator1", "caller_validator2", "caller_validator3"],
            callers.Where(caller => caller.StartsWith("caller_", StringComparison.Ordinal)).Order(StringComparer.Ordinal)
        );
        Assert.Equal(20_004 - 200, row.GetInt64(ForecastKeys.MoreAnswers));
        Assert.Equal((MadeAt, 7.1), (row.GetDateTimeOffset("MadeAt"), row.GetDouble("Price")));
    }

    [Fact]
    public async Task Callers_with_a_permit_are_bounded_too()
    {
        await Task.WhenAll(Enumerable.Range(0, 300).Select(i => _log.RecordAsync(Answer($"validator{i}") with { HasPermit = true }, Ct)));
        var row = Assert.Single(await RowsAsync());
        Assert.Equal((200, 100L), (row.Keys.Count(ForecastKeys.IsCaller), row.GetInt64(ForecastKeys.MoreAnswers)));
    }

    [Fact]
    public async Task Another_slot_and_another_model_have_rows_of_their_own()
    {
        await _log.RecordAsync(Answer(), Ct);
        await _log.RecordAsync(Answer() with { MadeAt = MadeAt.AddMinutes(5) }, Ct);
        await _log.RecordAsync(Answer() with { Model = new("last-price", "1") }, Ct);
        Assert.Equal(3, (await RowsAsync()).Count);
    }

    [Fact]
    public async Task Pruning_drops_only_the_older_days_of_its_own_series()
    {
        for (var day = 0; day < 4; day++)
        {
            await _log.RecordAsync(Answer() with { MadeAt = MadeAt.AddDays(-day) }, Ct);
            await _log.RecordAsync(Answer() with { MadeAt = MadeAt.AddDays(-day), Series = PriceSeries.Simulated }, Ct);
            await _log.RecordAsync(Answer() with { MadeAt = MadeAt.AddDays(-day), Series = PriceSeries.Recording }, Ct);
        }

        Assert.Equal(2, await _log.PruneAsync(PriceSeries.Real, MadeAt.AddDays(-1), Ct));
        var left = (await RowsAsync()).Select(row => row.PartitionKey).ToList();
        Assert.Equal(10, left.Count);
        Assert.Equal(
            ["tether-cny-2026-11-22", "tether-cny-2026-11-23"],
            left.Where(key => key.StartsWith("tether-cny-2", StringComparison.Ordinal))
        );
        Assert.Equal(0, await _log.PruneAsync(PriceSeries.Real, MadeAt.AddDays(-1), Ct));
    }

    [Fact]
    public async Task More_rows_of_a_day_than_one_batch_holds_are_pruned_too()
    {
        for (var i = 0; i < 205; i++)
        {
            await _log.RecordAsync(Answer() with { Model = new("m", $"{i}") }, Ct);
        }

        Assert.Equal(205, await _log.PruneAsync(PriceSeries.Real, MadeAt.AddDays(1), Ct));
        Assert.Empty(await RowsAsync());
    }

    [Fact]
    public async Task A_table_that_was_dropped_is_made_again_at_the_call_after_the_failure()
    {
        await _log.RecordAsync(Answer(), Ct);
        await _table.DeleteAsync(Ct);
        await Assert.ThrowsAsync<Azure.RequestFailedException>(() => _log.RecordAsync(Answer("Bob"), Ct));
        await _log.RecordAsync(Answer("Bob"), Ct);
        Assert.Single(await RowsAsync());
    }

    [Fact]
    public async Task A_caller_costs_one_operation_a_slot_and_a_repeated_challenge_none()
    {
        await using var counting = new FaultyStorage(_storage.Location);
        var log = LogOf(_storage.Through(counting));
        await log.RecordAsync(Answer() with { MadeAt = MadeAt.AddMinutes(-5) }, Ct);
        counting.Take();

        await log.RecordAsync(Answer(), Ct);
        Assert.Equal(["POST forecasts"], counting.Take());
        await log.RecordAsync(Answer("Bob"), Ct);
        Assert.Equal(["PATCH forecasts"], counting.Take());
        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => log.RecordAsync(Answer(i % 2 == 0 ? "Alice" : "Bob", price: 7.15), Ct)));
        Assert.Empty(counting.Take());

        var row = Assert.Single(await RowsAsync(), row => row.RowKey.StartsWith("2026-11-23T11:05Z", StringComparison.Ordinal));
        Assert.Equal("2026-11-23T10:04:58.0000000+00:00 7.1 7.05 7.2 12.5", row.GetString("other_Alice"));
    }

    [Fact]
    public async Task An_instance_that_does_not_know_a_slots_row_reads_it_once()
    {
        await _log.RecordAsync(Answer(), Ct);
        await _log.RecordAsync(Answer("Bob"), Ct);
        await using var counting = new FaultyStorage(_storage.Location);
        var other = LogOf(_storage.Through(counting));
        await other.RecordAsync(Answer() with { MadeAt = MadeAt.AddMinutes(-5) }, Ct);
        counting.Take();

        await other.RecordAsync(Answer(), Ct);
        Assert.Equal(["POST forecasts", "GET forecasts"], counting.Take());
        await other.RecordAsync(Answer("Bob"), Ct);
        await other.RecordAsync(Answer(), Ct);
        Assert.Empty(counting.Take());
        await other.RecordAsync(Answer("Charlie"), Ct);
        Assert.Equal(["PATCH forecasts"], counting.Take());
    }

    [Fact]
    public async Task Of_33_rows_the_oldest_is_no_longer_known_and_is_read_again()
    {
        await using var counting = new FaultyStorage(_storage.Location);
        var log = LogOf(_storage.Through(counting));
        var answers = Enumerable.Range(0, 33).Select(i => Answer() with { MadeAt = MadeAt.AddMinutes(5 * i) }).ToList();
        foreach (var answer in answers)
        {
            await log.RecordAsync(answer, Ct);
        }

        counting.Take();
        await log.RecordAsync(answers[1], Ct);
        Assert.Empty(counting.Take());
        await log.RecordAsync(answers[0], Ct);
        Assert.Equal(["POST forecasts", "GET forecasts"], counting.Take());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_request_that_stops_waiting_loses_no_answer_that_is_written_with_its_own(bool isWriting)
    {
        await using var storage = new FaultyStorage(_storage.Location);
        var log = LogOf(_storage.Through(storage));
        await log.RecordAsync(Answer(), Ct);
        storage.Take();
        var (one, other) = (new TaskCompletionSource(), new TaskCompletionSource());
        storage.Pause = one.Task;
        var bob = log.RecordAsync(Answer("Bob"), Ct);
        await Polling.UntilAsync(() => !storage.Operations.IsEmpty);

        // Bob's answer is being written, so the next two are written together after it.
        storage.Pause = other.Task;
        using var patience = new CancellationTokenSource();
        var charlie = log.RecordAsync(Answer("Charlie"), patience.Token);
        var dave = log.RecordAsync(Answer("Dave"), Ct);
        if (isWriting)
        {
            one.SetResult();
            await Polling.UntilAsync(() => storage.Operations.Count > 1);
        }

        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => charlie.WaitAsync(MaxWait, Ct));
        one.TrySetResult();
        other.SetResult();
        await Task.WhenAll(bob, dave).WaitAsync(MaxWait, Ct);

        Assert.Equal(["PATCH forecasts", "PATCH forecasts"], storage.Take());
        Assert.Equal(["other_Alice", "other_Bob", "other_Charlie", "other_Dave"], await CallersAsync());
    }

    [Fact]
    public async Task A_write_that_no_request_waits_for_ends_and_its_failure_is_logged_once()
    {
        Assert.Equal(TimeSpan.FromSeconds(30), ForecastRow.MaxWriteTime);
        var (clock, kept) = (new FakeTimeProvider(MadeAt), new KeptLog());
        using var loggers = new LoggerFactory([kept]);
        await using var storage = new FaultyStorage(_storage.Location);
        var log = new TableForecastLog(new(_storage.Through(storage)), clock, loggers.CreateLogger<TableForecastLog>());
        await log.RecordAsync(Answer(), Ct);
        storage.Take();
        storage.Pause = new TaskCompletionSource().Task;
        using var patience = new CancellationTokenSource();
        var bob = log.RecordAsync(Answer("Bob"), patience.Token);
        var charlie = log.RecordAsync(Answer("Charlie"), patience.Token);
        var dave = log.RecordAsync(Answer("Dave"), patience.Token);
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.WhenAll(bob, charlie, dave).WaitAsync(MaxWait, Ct));
        Assert.Empty(kept.Lines);

        for (var writes = 1; writes <= 2; writes++)
        {
            await Polling.UntilAsync(() => storage.Operations.Count >= writes);
            clock.Advance(TimeSpan.FromSeconds(30));
            await Polling.UntilAsync(() => kept.Count(2003) >= writes);
        }

        storage.Pause = Task.CompletedTask;
        await log.RecordAsync(Answer("Eve"), Ct).WaitAsync(MaxWait, Ct);
        Assert.Equal(["other_Alice", "other_Eve"], await CallersAsync());
        Assert.Equal(2, kept.Lines.Count);
    }

    [Fact]
    public async Task A_write_that_fails_is_logged_once_however_many_requests_wait_for_it()
    {
        var (kept, pause) = (new KeptLog(), new TaskCompletionSource());
        using var loggers = new LoggerFactory([kept]);
        await using var storage = new FaultyStorage(_storage.Location) { Fault = StorageFault.ReadOnly, Pause = pause.Task };
        var log = new TableForecastLog(new(_storage.Through(storage)), TimeProvider.System, loggers.CreateLogger<TableForecastLog>());

        // The first is being written, so the others are written together after it.
        var requests = new[] { "Alice", "Bob", "Charlie", "Dave" }.Select(caller => log.RecordAsync(Answer(caller), Ct)).ToList();
        pause.SetResult();
        foreach (var request in requests)
        {
            await Assert.ThrowsAsync<Azure.RequestFailedException>(() => request.WaitAsync(MaxWait, Ct));
        }

        Assert.Equal([2003, 2003], kept.Lines.Select(line => line.Id));
    }

    [Fact]
    public async Task A_caller_that_asks_again_and_again_while_storage_is_silent_takes_one_place()
    {
        var pause = new TaskCompletionSource();
        await using var storage = new FaultyStorage(_storage.Location) { Pause = pause.Task };
        var log = LogOf(_storage.Through(storage));
        var first = log.RecordAsync(Answer(), Ct);
        var others = Enumerable.Range(0, 1000).Select(i => log.RecordAsync(Answer($"caller{Math.Min(i, 200)}"), Ct)).ToList();
        pause.SetResult();
        await Task.WhenAll([first, .. others]).WaitAsync(MaxWait, Ct);

        // Of 202 callers 200 are kept; the last of the others asked 800 times.
        var row = Assert.Single(await RowsAsync());
        Assert.Equal((200, 2L), (row.Keys.Count(ForecastKeys.IsCaller), row.GetInt64(ForecastKeys.MoreAnswers)));
    }

    [Fact]
    public async Task An_unexpected_failure_is_logged_as_an_error_and_the_next_answer_is_stored()
    {
        var kept = new KeptLog();
        using var loggers = new LoggerFactory([kept]);
        var log = new TableForecastLog(new(_storage), TimeProvider.System, loggers.CreateLogger<TableForecastLog>());

        await Assert.ThrowsAsync<NullReferenceException>(() => log.RecordAsync(Answer() with { Forecast = null! }, Ct));
        Assert.Equal([2012], kept.Lines.Select(line => line.Id));

        await log.RecordAsync(Answer("Bob"), Ct);
        Assert.Equal(["other_Bob"], await CallersAsync());
    }

    [Fact]
    public async Task A_caller_that_gets_its_permit_within_a_slot_is_recorded_with_it()
    {
        await _log.RecordAsync(Answer(), Ct);
        await _log.RecordAsync(Answer() with { HasPermit = true }, Ct);
        Assert.Equal(["caller_Alice", "other_Alice"], await CallersAsync());
    }

    [Fact]
    public async Task A_table_that_was_dropped_is_made_again_by_pruning_too()
    {
        await _log.RecordAsync(Answer(), Ct);
        await _table.DeleteAsync(Ct);
        await Assert.ThrowsAsync<Azure.RequestFailedException>(() => _log.PruneAsync(PriceSeries.Real, MadeAt, Ct));
        Assert.Equal(0, await _log.PruneAsync(PriceSeries.Real, MadeAt, Ct));
        Assert.Empty(await RowsAsync());
    }

    private static TableForecastLog LogOf(StorageSettings storage) =>
        new(new(storage), TimeProvider.System, NullLogger<TableForecastLog>.Instance);

    private static ForecastRecord Answer(string caller = "Alice", double price = 7.1) =>
        new(PriceSeries.Real, Model, MadeAt, new(price, new PredictionInterval(7.05, 7.2)), TimeSpan.FromMilliseconds(12.5), caller);

    /// <summary>The properties of the callers in the only row.</summary>
    private async Task<IEnumerable<string>> CallersAsync() =>
        Assert.Single(await RowsAsync()).Keys.Where(ForecastKeys.IsCaller).Order(StringComparer.Ordinal);

    private async Task<IReadOnlyList<TableEntity>> RowsAsync()
    {
        var rows = new List<TableEntity>();
        await foreach (var entity in _table.QueryAsync<TableEntity>(cancellationToken: Ct))
        {
            rows.Add(entity);
        }

        return rows;
    }
}
