using Azure.Data.Tables;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Health;
using Bittbridge.Miner.Prices;
using Bittbridge.Miner.Prices.Failures;
using Bittbridge.Miner.Prices.Source;
using Bittbridge.Miner.Prices.Store;
using Bittbridge.Miner.Prices.Sync;
using Bittbridge.Miner.Tests.Replay;
using Bittbridge.Miner.Tests.Storage;
using Bittbridge.Models.Rates;
using Bittbridge.Testing;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Bittbridge.Miner.Tests.Prices.Rates;

public sealed class RateRefreshTests(TestStorage storage)
{
    /// <summary>Tuesday before the opening; the session before it closed on Monday at 19:00.</summary>
    private static readonly DateTimeOffset Night = new(2026, 11, 24, 1, 0, 0, TimeSpan.Zero);

    private readonly StorageSettings _storage = storage.NewSettings();
    private readonly FakeTimeProvider _clock = new(Night);
    private readonly Source _source = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("2026-11-24T00:00Z", true)]
    [InlineData("2026-11-24T02:00Z", true)]
    [InlineData("2026-11-24T02:05Z", false)]
    [InlineData("2026-11-24T18:50Z", false)]
    [InlineData("2026-11-24T18:55Z", true)]
    [InlineData("2026-11-24T23:55Z", true)]
    [InlineData("2026-11-27T20:00Z", true)]
    [InlineData("2026-11-27T21:00Z", false)]
    [InlineData("2026-11-28T01:00Z", false)]
    [InlineData("2026-11-29T23:00Z", false)]
    [InlineData("2026-10-01T01:00Z", false)]
    [InlineData("2026-10-08T01:00Z", true)]
    public async Task The_source_is_asked_only_when_the_rate_matters(string now, bool asked)
    {
        var clock = new FakeTimeProvider(DateTimeOffset.Parse(now, System.Globalization.CultureInfo.InvariantCulture));

        Assert.Equal(asked, await Refresh(clock).RefreshAsync(Ct));
        Assert.Equal(asked ? 1 : 0, _source.Spans.Count);
    }

    [Fact]
    public void A_day_of_polls_fits_a_free_quota() =>
        Assert.InRange(Enumerable.Range(0, 288).Count(i => RateHours.Matters(Night.Date.AddMinutes(5 * i))), 80, 100);

    [Fact]
    public async Task The_first_poll_gets_the_rate_of_the_close_and_later_ones_little()
    {
        _source.Rates = [new(Night.AddHours(-6), 7.1), new(Night.AddMinutes(-5), 7.11)];
        Assert.True(await Refresh().RefreshAsync(Ct));
        Assert.Equal(TimeSpan.FromHours(7), _source.Spans[^1]);

        _clock.Advance(TimeSpan.FromMinutes(5));
        _source.Rates = [new(Night.AddMinutes(-5), 7.11), new(Night, 7.12)];
        Assert.True(await Refresh().RefreshAsync(Ct));

        Assert.Equal(TimeSpan.FromMinutes(30), _source.Spans[^1]);
        var snapshot = (await new TableRateStore(new(_storage), _clock).ReadAsync(Ct))!;
        Assert.Equal([7.1, 7.11, 7.12], snapshot.Rates.Points.Select(point => point.Rate));
        Assert.Equal((2, null), (snapshot.Poll.CallsThatDay, snapshot.Poll.LastFailure));
        Assert.Equal(
            [
                "usd-cnh snapshot",
                "usd-cnh-2026-11 2026-11-23T19:00:00Z",
                "usd-cnh-2026-11 2026-11-24T00:55:00Z",
                "usd-cnh-2026-11 2026-11-24T01:00:00Z",
            ],
            await KeysAsync()
        );
    }

    [Fact]
    public async Task Another_instances_poll_of_the_same_slot_is_enough()
    {
        Assert.True(await Refresh().RefreshAsync(Ct));
        Assert.False(await Refresh().RefreshAsync(Ct));
        _clock.Advance(TimeSpan.FromMinutes(5));
        Assert.True(await Refresh().RefreshAsync(Ct));
    }

    [Theory]
    [InlineData(false, "POST prices")]
    [InlineData(true, "PUT prices")]
    public async Task Two_polls_at_once_lose_neither_a_rate_nor_a_call(bool isKnown, string write)
    {
        if (isKnown)
        {
            await new TableRateStore(new(_storage), _clock).SaveAsync(_source.Name, [], state => state, Ct);
        }

        await using var overtaken = new FaultyStorage(_storage.Location);
        overtaken.StepIn(
            write,
            () =>
            {
                _source.Rates = [new(Night.AddMinutes(-5), 7.11)];
                return Refresh().RefreshAsync(Ct);
            }
        );
        _source.Rates = [new(Night.AddMinutes(-10), 7.1)];
        Assert.True(await Refresh(storage: _storage.Through(overtaken)).RefreshAsync(Ct));

        var snapshot = (await new TableRateStore(new(_storage), _clock).ReadAsync(Ct))!;
        Assert.Equal([7.1, 7.11], snapshot.Rates.Points.Select(point => point.Rate));
        Assert.Equal(2, snapshot.Poll.CallsThatDay);
    }

    [Fact]
    public async Task A_source_that_fails_is_asked_less_often_and_its_failure_is_told()
    {
        _source.Failure = new(PriceFault.KeyInvalid, "Twelve Data answered 401") { IsOfRates = true };
        var polls = 0;
        for (var minutes = 0; minutes < 60; minutes += 5)
        {
            polls += await Refresh().RefreshAsync(Ct) ? 1 : 0;
            _clock.Advance(TimeSpan.FromMinutes(5));
        }

        Assert.InRange(polls, 4, 7);
        var poll = (await new TableRateStore(new(_storage), _clock).ReadAsync(Ct))!.Poll;
        Assert.Equal(_source.Failure, poll.LastFailure);
        Assert.Contains("Bittbridge:TwelveData:ApiKey", poll.LastFailure!.ToString(), StringComparison.Ordinal);
        var health = await HealthAsync();
        Assert.Equal(HealthStatus.Degraded, health.Status);
        Assert.Contains("Twelve Data answered 401", health.Description, StringComparison.Ordinal);

        // After the last poll of the night nothing is missing until the next one.
        _clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(HealthStatus.Healthy, (await HealthAsync()).Status);
    }

    [Fact]
    public async Task A_source_to_which_no_connection_is_established_has_failed_and_storage_has_not()
    {
        using var silent = new SilentHost();
        var waits = new WatchedClock();
        var source = new TwelveDataSource(silent.Http, new() { TwelveDataBaseAddress = silent.Address, TwelveDataApiKey = "key" }, waits);
        var store = new TableRateStore(new(_storage), _clock);
        var polling = new RateRefresh(source, store, _clock, NullLogger<RateRefresh>.Instance).RefreshAsync(Ct);
        await waits.WaitBeginsAsync(TimeSpan.FromSeconds(2));
        waits.Advance(TimeSpan.FromSeconds(2));

        Assert.True(await polling.WaitAsync(TimeSpan.FromMinutes(3), Ct));
        var failure = new PriceFailure(PriceFault.Unreachable, "Twelve Data can't be reached: no connection was established in time");
        Assert.Equal(
            new()
            {
                AskedAt = Night,
                CallsThatDay = 2,
                FailuresInARow = 1,
                LastFailure = failure with { IsOfRates = true },
            },
            (await store.ReadAsync(Ct))!.Poll
        );
    }

    [Fact]
    public async Task A_source_that_asks_for_a_pause_gets_it()
    {
        _source.Failure = new(PriceFault.TooManyCallsOfKey, "Twelve Data answered 429");
        _source.RetryAfter = TimeSpan.FromMinutes(20);
        Assert.True(await Refresh().RefreshAsync(Ct));
        _clock.Advance(TimeSpan.FromMinutes(19));
        Assert.False(await Refresh().RefreshAsync(Ct));
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.True(await Refresh().RefreshAsync(Ct));
    }

    [Fact]
    public async Task A_pause_of_an_instance_whose_clock_is_ahead_holds_up_no_other()
    {
        _source.Failure = new(PriceFault.TooManyCallsOfKey, "Twelve Data answered 429");
        _source.RetryAfter = TimeSpan.FromMinutes(20);
        Assert.True(await Refresh(new FakeTimeProvider(Night.AddMinutes(30))).RefreshAsync(Ct));
        Assert.True(await Refresh().RefreshAsync(Ct));
    }

    [Fact]
    public async Task An_instance_whose_clock_is_behind_removes_no_rate_but_one_from_the_future()
    {
        // By the machine's clock, which storage has.
        var now = DateTimeOffset.FromUnixTimeMilliseconds(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
        RatePoint[] rates = [new(now.AddHours(-2), 7.1), new(now, 7.11)];
        await Store(hours: 1).SaveAsync(_source.Name, [.. rates, new(now.AddHours(1), 7.12)], state => state, Ct);

        await Store(hours: -1).SaveAsync(_source.Name, [], state => state, Ct);

        Assert.Equal(rates, (await Store(hours: 2).ReadAsync(Ct))!.Rates.Points);

        TableRateStore Store(int hours) => new(new(_storage), new FakeTimeProvider(now.AddHours(hours)));
    }

    [Theory]
    [InlineData(599, true)]
    [InlineData(600, false)]
    public async Task The_calls_of_a_day_are_limited_and_begin_anew_at_midnight(int calls, bool hasMore)
    {
        _source.Calls = calls;
        Assert.True(await Refresh().RefreshAsync(Ct));
        _clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(hasMore, await Refresh().RefreshAsync(Ct));
        _clock.Advance(TimeSpan.FromDays(1) - TimeSpan.FromMinutes(40));
        Assert.True(await Refresh().RefreshAsync(Ct));
    }

    [Fact]
    public async Task Without_storage_nothing_is_thrown_and_forecasts_have_no_rates()
    {
        var dead = new StorageSettings(
            "DefaultEndpointsProtocol=http;AccountName=a;AccountKey=YWJj;TableEndpoint=http://127.0.0.1:1/a;",
            "x"
        );
        var store = new TableRateStore(new(dead), _clock);
        var reader = new RateReader(store, _clock, NullLogger<RateReader>.Instance);

        Assert.Equal(0, reader.Rates.Count);
        Assert.False(await new RateRefresh(_source, store, _clock, NullLogger<RateRefresh>.Instance).RefreshAsync(Ct));
        Assert.Null(await reader.CurrentAsync(Ct));
        Assert.NotNull(reader.LastReadFailure);
        Assert.Empty(_source.Spans);
    }

    [Theory]
    [InlineData("2026-11-24T01:00Z", 15)]
    [InlineData("2026-11-24T10:00Z", 300)]
    public async Task Rates_are_read_every_15_seconds_and_outside_the_hours_of_their_polls_every_five_minutes(string now, int seconds)
    {
        _clock.SetUtcNow(DateTimeOffset.Parse(now, System.Globalization.CultureInfo.InvariantCulture));
        await using var faulty = new FaultyStorage(_storage.Location);
        var reader = Reader(_storage.Through(faulty));
        await reader.CurrentAsync(Ct);
        await AssertReadAfterAsync(seconds, reader, faulty);
    }

    [Fact]
    public async Task After_a_failed_read_the_next_comes_five_seconds_later_and_each_outage_is_logged_once()
    {
        var log = new KeptLog();
        using var loggers = new LoggerFactory([log]);
        await using var faulty = new FaultyStorage(_storage.Location) { Fault = StorageFault.Throttled };
        var reader = Reader(_storage.Through(faulty), loggers.CreateLogger<RateReader>());
        await reader.CurrentAsync(Ct);
        await AssertReadAfterAsync(5, reader, faulty);
        Assert.Equal([1052], log.Lines.Select(line => line.Id));

        faulty.Fault = StorageFault.None;
        await AssertReadAfterAsync(5, reader, faulty);
        Assert.Null(reader.LastReadFailure);

        faulty.Fault = StorageFault.Throttled;
        await AssertReadAfterAsync(15, reader, faulty);
        Assert.Equal([1052, 1052], log.Lines.Select(line => line.Id));
    }

    [Fact]
    public async Task Any_instance_has_the_stored_rates_and_health_names_the_newest()
    {
        Assert.Equal(HealthStatus.Degraded, (await HealthAsync()).Status);
        _source.Rates = [new(Night.AddHours(-6), 7.1), new(Night.AddMinutes(-5), 7.1123)];
        await Refresh().RefreshAsync(Ct);

        var reader = Reader();
        await reader.CurrentAsync(Ct);

        Assert.Equal(7.1123, reader.Rates.At(Night, TimeSpan.FromHours(1)));
        var health = await HealthAsync();
        Assert.Equal((HealthStatus.Healthy, "USD/CNH 7.1123, 1 calls today"), (health.Status, health.Description));
        _clock.Advance(TimeSpan.FromMinutes(57));
        Assert.Equal(HealthStatus.Degraded, (await HealthAsync()).Status);
        _clock.Advance(TimeSpan.FromHours(3));
        Assert.Equal(HealthStatus.Healthy, (await HealthAsync()).Status);

        // The rate is old when the next night begins, and the first poll is still to come.
        _clock.Advance(Night.AddHours(18) - _clock.GetUtcNow());
        Assert.Equal(HealthStatus.Healthy, (await HealthAsync()).Status);
        _clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(HealthStatus.Degraded, (await HealthAsync()).Status);
    }

    [Theory]
    [InlineData("offshore-opening", "are those of the model that it wraps")]
    [InlineData("arima", "the model 'arima' does not use it")]
    public async Task Health_says_what_a_missing_rate_means_for_the_model_in_service(string model, string consequence) =>
        Assert.EndsWith(
            consequence + (model == "arima" ? ", so this only leaves a gap in the stored rates" : ""),
            (await HealthAsync(model)).Description
        );

    [Fact]
    public async Task What_is_damaged_in_storage_is_read_as_missing()
    {
        _source.Rates = [new(Night.AddHours(-6), 7.1)];
        await Refresh().RefreshAsync(Ct);
        var row = (await Table.GetEntityAsync<TableEntity>("usd-cnh", "snapshot", cancellationToken: Ct)).Value;
        (row["Points"], row["NotBefore"], row["CallsThatDay"], row["AskedAt"]) = (
            (byte[])[.. row.GetBinary("Points"), .. new byte[21]],
            Night.AddYears(50),
            -7,
            "yesterday"
        );
        await Table.UpdateEntityAsync(row, row.ETag, TableUpdateMode.Replace, Ct);

        var snapshot = (await new TableRateStore(new(_storage), _clock).ReadAsync(Ct))!;

        Assert.Equal(7.1, Assert.Single(snapshot.Rates.Points).Rate);
        Assert.Equal(new RatePollState(), snapshot.Poll);
    }

    private TableClient Table => new(_storage.Location, _storage.TablePrefix + "prices");

    private RateRefresh Refresh(TimeProvider? clock = null, StorageSettings? storage = null) =>
        new(_source, new(new(storage ?? _storage), clock ?? _clock), clock ?? _clock, NullLogger<RateRefresh>.Instance);

    /// <summary>Its calls have longer than storage takes on a busy machine.</summary>
    private RateReader Reader(StorageSettings? storage = null, ILogger<RateReader>? logger = null) =>
        new(new(new(storage ?? _storage, TimeSpan.FromMinutes(9)), _clock), _clock, logger ?? NullLogger<RateReader>.Instance);

    private async Task AssertReadAfterAsync(int seconds, RateReader reader, FaultyStorage faulty)
    {
        faulty.Take();
        _clock.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromTicks(1));
        await reader.CurrentAsync(Ct);
        Assert.Empty(faulty.Take());
        _clock.Advance(TimeSpan.FromTicks(1));
        await reader.CurrentAsync(Ct);
        Assert.Equal(["GET prices"], faulty.Take());
    }

    private Task<HealthCheckResult> HealthAsync(string model = "offshore-opening") =>
        new RatesHealth(
            Reader(),
            new()
            {
                Storage = _storage,
                Budget = TimeSpan.FromSeconds(10),
                Model = model,
            },
            _clock
        ).CheckHealthAsync(new(), Ct);

    private async Task<IReadOnlyList<string>> KeysAsync()
    {
        var keys = new List<string>();
        await foreach (var entity in Table.QueryAsync<TableEntity>(cancellationToken: Ct))
        {
            keys.Add($"{entity.PartitionKey} {entity.RowKey}");
        }

        keys.Sort(StringComparer.Ordinal);
        return keys;
    }

    private sealed class Source : IRateSource
    {
        public string Name => "made";

        public List<TimeSpan> Spans { get; } = [];

        public IReadOnlyList<RatePoint> Rates { get; set; } = [];

        public PriceFailure? Failure { get; set; }

        public TimeSpan? RetryAfter { get; set; }

        public int Calls { get; set; } = 1;

        public Task<RateFetch> LatestAsync(TimeSpan span, CancellationToken ct)
        {
            Spans.Add(span);
            return Task.FromResult(new RateFetch(Failure is null ? Rates : [], Calls, Failure, RetryAfter));
        }
    }
}
