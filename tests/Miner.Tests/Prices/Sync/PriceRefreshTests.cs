using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Prices.Failures;
using Bittbridge.Miner.Prices.Source;
using Bittbridge.Miner.Prices.Store;
using Bittbridge.Miner.Prices.Sync;
using Bittbridge.Miner.Prices.Validation;
using Bittbridge.Miner.Tests.Prices.Store;
using Bittbridge.Miner.Tests.Replay;
using Bittbridge.Miner.Tests.Storage;
using Bittbridge.Miner.Tests.Telemetry;
using Bittbridge.Models;
using Bittbridge.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using static Bittbridge.Miner.Tests.Prices.Store.StoredPrices;

namespace Bittbridge.Miner.Tests.Prices.Sync;

public sealed class PriceRefreshTests
{
    private readonly StorageSettings _storage;
    private readonly StoredPrices _prices;
    private readonly FakeTimeProvider _clock = new(Noon);

    public PriceRefreshTests(TestStorage storage)
    {
        _storage = storage.NewSettings();
        _prices = new(_storage);
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private DateTimeOffset Now => _clock.GetUtcNow();

    [Fact]
    public async Task An_empty_store_is_filled_with_a_day_and_the_latest()
    {
        var source = Source();
        var result = await Instance(source).RefreshAsync(Ct);
        Assert.Equal(new(289, null), result);
        Assert.Equal((1, 1), (source.DayCalls, source.LatestCalls));
        var snapshot = await _prices.SnapshotAsync();
        Assert.Equal(289, snapshot.History.Count);
        Assert.Equal(At(0), snapshot.History.Newest);
        Assert.Equal(
            new()
            {
                FetchedAt = Noon,
                AskedAt = Noon,
                Month = "2026-11",
                CallsThisMonth = 2,
                GapFilledAt = Noon,
            },
            snapshot.Poll
        );
        Assert.Equal(snapshot.History.Points(), (await _prices.HistoryAsync(-600, 0)).Points());
    }

    [Fact]
    public async Task After_that_a_poll_is_one_call_and_one_point()
    {
        var source = Source();
        for (var i = 0; i < 4; i++)
        {
            await Instance(source).RefreshAsync(Ct);
            _clock.Advance(PriceSlot.Step);
        }

        Assert.Equal((1, 4), (source.DayCalls, source.LatestCalls));
        var snapshot = await _prices.SnapshotAsync();
        Assert.Equal(5, snapshot.Poll.CallsThisMonth);
        Assert.Equal([At(0), At(1), At(2), At(3)], snapshot.History.TakeLast(4).Points());
    }

    [Fact]
    public async Task What_a_writer_left_in_the_history_when_it_died_before_the_snapshot_is_picked_up_by_the_next()
    {
        await _prices.SaveAsync(At(0));
        var source = Source();
        _clock.Advance(PriceSlot.Step);
        var dead = await Instance(source, new DyingStore(_prices.NewStore())).RefreshAsync(Ct);
        Assert.Contains("died", dead.Failure?.Detail, StringComparison.Ordinal);
        Assert.Equal([At(0)], (await _prices.SnapshotAsync()).History.Points());

        _clock.Advance(PriceSlot.Step);
        Assert.Null((await Instance(source).RefreshAsync(Ct)).Failure);
        Assert.Equal([At(0), At(1), At(2)], (await _prices.SnapshotAsync()).History.Points());
        Assert.Equal(0, source.DayCalls);
    }

    [Fact]
    public async Task A_snapshot_that_was_lost_is_made_again_from_the_history_without_the_chart()
    {
        await _prices.SaveAsync([.. Enumerable.Range(-300, 300).Select(i => At(i))]);
        await _prices.Table.DeleteEntityAsync("tether-cny", "snapshot", cancellationToken: Ct);
        var source = Source();
        Assert.Equal(new(1, null), await Instance(source).RefreshAsync(Ct));
        Assert.Equal(301, (await _prices.SnapshotAsync()).History.Count);
        Assert.Equal(0, source.DayCalls);
    }

    [Fact]
    public async Task A_gap_is_filled_from_the_chart_at_most_once_an_hour()
    {
        await _prices.SaveAsync(At(-6));
        var source = Source();
        source.Latest = () => PriceFetch.Failed(new(PriceFault.Unreachable, "down"), calls: 1);
        source.LastDay = () => new([new(At(-5).Time, 7.1)], Calls: 1);
        await Instance(source).RefreshAsync(Ct);
        Assert.Equal(1, source.DayCalls);
        Assert.Equal([At(-6), At(-5)], (await _prices.SnapshotAsync()).History.Points());

        _clock.Advance(TimeSpan.FromMinutes(59));
        await Instance(source).RefreshAsync(Ct);
        Assert.Equal(1, source.DayCalls);

        _clock.Advance(TimeSpan.FromMinutes(1));
        await Instance(source).RefreshAsync(Ct);
        Assert.Equal(2, source.DayCalls);
    }

    [Fact]
    public async Task A_gap_that_the_chart_could_not_fill_stays_open_and_costs_the_polls_nothing()
    {
        var source = Source();
        var chart = source.LastDay;
        source.LastDay = () => PriceFetch.Failed(new(PriceFault.Unreachable, "no chart today"), calls: 1);
        Assert.Equal(new(1, null), await Instance(source).RefreshAsync(Ct));

        _clock.Advance(PriceSlot.Step);
        Assert.Equal(new(1, null), await Instance(source).RefreshAsync(Ct));
        Assert.Equal((1, 2), (source.DayCalls, source.LatestCalls));

        source.LastDay = chart;
        _clock.Advance(PriceSlot.Step * 2);
        await Instance(source).RefreshAsync(Ct);
        Assert.Equal(2, source.DayCalls);
        var snapshot = await _prices.SnapshotAsync();
        Assert.True(snapshot.History.Count >= 289, $"{snapshot.History.Count} points");
        Assert.Null(snapshot.Poll.GapOpenSince);
    }

    [Fact]
    public async Task Twelve_minutes_without_a_price_are_not_yet_a_gap()
    {
        await _prices.SaveAsync(At(0));
        var source = Source();
        _clock.Advance(TimeSpan.FromMinutes(12));
        await Instance(source).RefreshAsync(Ct);
        Assert.Equal(0, source.DayCalls);
    }

    [Fact]
    public async Task A_failure_is_kept_for_the_next_instance_with_its_words_and_its_calls()
    {
        await _prices.SaveAsync(At(0));
        var source = Source();
        source.Latest = () => PriceFetch.Failed(new(PriceFault.Unreachable, "CoinGecko answered 500"), calls: 2);
        Assert.Equal(new(0, new(PriceFault.Unreachable, "CoinGecko answered 500")), await Instance(source).RefreshAsync(Ct));
        Assert.Equal(
            new()
            {
                AskedAt = Noon,
                Month = "2026-11",
                CallsThisMonth = 2,
                FailuresInARow = 1,
                LastFailure = new(PriceFault.Unreachable, "CoinGecko answered 500"),
            },
            (await _prices.SnapshotAsync()).Poll
        );
    }

    [Fact]
    public async Task A_source_to_which_no_connection_is_established_has_failed_and_storage_has_not()
    {
        using var silent = new SilentHost();
        await _prices.SaveAsync(At(0));
        // 2,160 polls are still to come in November, so no call is to spare for a second try.
        await _prices.SavePollAsync(new() { Month = "2026-11", CallsThisMonth = 7_840 });

        var result = await Instance(new CoinGeckoSource(silent.Http, new() { CoinGeckoBaseAddress = silent.Address }, _clock))
            .RefreshAsync(Ct)
            .WaitAsync(TimeSpan.FromMinutes(3), Ct);

        var failure = new PriceFailure(PriceFault.Unreachable, "CoinGecko can't be reached: no connection was established in time");
        Assert.Equal(new(0, failure), result);
        Assert.Equal(
            new()
            {
                AskedAt = Noon,
                Month = "2026-11",
                CallsThisMonth = 7_841,
                FailuresInARow = 1,
                LastFailure = failure,
            },
            (await _prices.SnapshotAsync()).Poll
        );
    }

    [Fact]
    public async Task After_three_failures_in_a_row_the_pause_doubles_up_to_half_an_hour_and_a_success_ends_it()
    {
        await _prices.SaveAsync(At(0));
        var source = Source();
        var works = source.Latest;
        source.Latest = () => PriceFetch.Failed(new(PriceFault.Unreachable, "down"), calls: 1);
        var pauses = new List<TimeSpan?>();
        for (var i = 0; i < 8; i++)
        {
            await Instance(source).RefreshAsync(Ct);
            var notBefore = (await _prices.SnapshotAsync()).Poll.NotBefore;
            pauses.Add(notBefore - Now);
            _clock.SetUtcNow(notBefore ?? Now + PriceSlot.Step);
        }

        Assert.Equal([null, null, 4.5, 9.5, 19.5, 29.5, 29.5, 29.5], pauses.Select(pause => pause?.TotalMinutes));

        source.Latest = works;
        Assert.Null((await Instance(source).RefreshAsync(Ct)).Failure);
        var poll = (await _prices.SnapshotAsync()).Poll;
        Assert.Equal((0, null, null, Now), (poll.FailuresInARow, poll.LastFailure, poll.NotBefore, poll.FetchedAt));
    }

    [Theory]
    [InlineData(90, 90)]
    [InlineData(3600, 3600)]
    [InlineData(86400, 3600)]
    public async Task A_source_that_asks_for_a_pause_is_not_called_for_an_hour_at_most(int askedSeconds, int givenSeconds)
    {
        await _prices.SaveAsync(At(0));
        var source = Source();
        source.Latest = () =>
            PriceFetch.Failed(new(PriceFault.Unreachable, "CoinGecko answered 429"), calls: 1, TimeSpan.FromSeconds(askedSeconds));
        await Instance(source).RefreshAsync(Ct);
        Assert.Equal(Noon.AddSeconds(givenSeconds), (await _prices.SnapshotAsync()).Poll.NotBefore);

        _clock.Advance(TimeSpan.FromSeconds(givenSeconds - 1));
        Assert.True((await Instance(source).RefreshAsync(Ct)).Skipped);
        Assert.Equal(1, source.LatestCalls);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.False((await Instance(source).RefreshAsync(Ct)).Skipped);
        Assert.Equal(2, source.LatestCalls);
    }

    [Fact]
    public async Task A_months_calls_that_are_used_up_end_the_polls_until_the_month_turns()
    {
        await _prices.SaveAsync(At(0));
        await _prices.SavePollAsync(new() { Month = "2026-11", CallsThisMonth = CallQuota.Monthly });
        var source = Source();
        Assert.Equal(new(0, null, Skipped: true), await Instance(source).RefreshAsync(Ct));
        Assert.Equal((0, 0), (source.DayCalls, source.LatestCalls));

        _clock.SetUtcNow(new(2026, 12, 1, 0, 0, 0, TimeSpan.Zero));
        Assert.False((await Instance(source).RefreshAsync(Ct)).Skipped);
        var poll = (await _prices.SnapshotAsync()).Poll;
        Assert.Equal(("2026-12", 2), (poll.Month, poll.CallsThisMonth));
    }

    [Fact]
    public async Task The_calls_that_the_month_still_needs_are_not_spent_on_a_gap()
    {
        await _prices.SaveAsync(At(-6));
        var toCome = (int)((new DateTimeOffset(2026, 12, 1, 0, 0, 0, TimeSpan.Zero) - Noon) / PriceSlot.Step);
        await _prices.SavePollAsync(new() { Month = "2026-11", CallsThisMonth = CallQuota.Monthly - toCome - 1 });
        var source = Source();
        await Instance(source).RefreshAsync(Ct);
        Assert.Equal((0, 1), (source.DayCalls, source.LatestCalls));
    }

    [Theory]
    [InlineData(3, false, false)]
    [InlineData(4, true, false)]
    [InlineData(5, true, false)]
    [InlineData(6, true, true)]
    public async Task With_four_calls_to_spare_the_chart_may_be_asked_for_again_and_with_six_the_newest_price(
        int spare,
        bool chart,
        bool newest
    )
    {
        await _prices.SaveAsync(At(-6));
        // 2,160 polls are still to come in November.
        await _prices.SavePollAsync(new() { Month = "2026-11", CallsThisMonth = 7_840 - spare });
        var source = Source();
        await Instance(source).RefreshAsync(Ct);
        Assert.Equal((1, chart, 1, newest), (source.DayCalls, source.DayMayRetry, source.LatestCalls, source.LatestMayRetry));
    }

    [Fact]
    public async Task A_newest_price_that_is_stale_is_a_failure_and_no_point()
    {
        await _prices.SaveAsync(At(-6), At(0));
        var source = Source();
        source.Latest = () => new([new(Noon.AddMinutes(-15.1), 7.1)], Calls: 1);
        source.LastDay = () => new([], Calls: 1);
        var result = await Instance(source).RefreshAsync(Ct);
        Assert.Equal(PriceFault.Stale, result.Failure?.Fault);
        Assert.StartsWith("the newest price is stale", result.Failure?.Detail, StringComparison.Ordinal);
        var snapshot = await _prices.SnapshotAsync();
        Assert.Equal([At(-6), At(0)], snapshot.History.Points());
        Assert.Equal((1, result.Failure), (snapshot.Poll.FailuresInARow, snapshot.Poll.LastFailure));
    }

    [Theory]
    [InlineData(5, null)]
    [InlineData(6, "tether-cny: rejected 1 more in that poll")]
    [InlineData(288, "tether-cny: rejected 283 more in that poll")]
    public async Task Of_many_rejected_prices_five_are_logged_one_by_one_and_the_others_counted(int rejected, string? counted)
    {
        var source = Source();
        source.LastDay = () =>
            new([.. Enumerable.Range(1, rejected).Select(i => new QuotedPrice(Now - (i * PriceSlot.Step), 4.9)).Reverse()], Calls: 1);
        using var log = new KeptLog();
        using var loggers = new LoggerFactory([log]);

        var result = await Instance(source, logger: loggers.CreateLogger<PriceRefresh>()).RefreshAsync(Ct);

        Assert.Equal(new(1, null), result);
        Assert.Equal(5, log.Count(1002));
        Assert.Equal(counted, log.Lines.Where(line => line.Id == 1012).Select(line => line.Text).SingleOrDefault());
    }

    [Fact]
    public async Task A_move_is_held_back_and_believed_after_looks_of_several_instances_once_the_chart_agrees()
    {
        await _prices.SaveAsync([.. Enumerable.Range(-300, 301).Select(i => At(i, 7.1 + (i % 3 * 1e-4)))]);
        var source = Source(cny: 7.18);
        source.LastDay = () =>
            new([.. Enumerable.Range(0, 6).Select(i => new QuotedPrice(Now - (i * PriceSlot.Step), 7.18)).Reverse()], Calls: 2);
        for (var look = 1; look < 4; look++)
        {
            _clock.Advance(PriceSlot.Step);
            var failure = (await Instance(source).RefreshAsync(Ct)).Failure;
            Assert.Equal(PriceFault.NotBelieved, failure?.Fault);
            // Nothing new for more than 12 minutes is a gap, and what the chart has of it is looked at as well.
            if (look < 3)
            {
                Assert.Contains($"held back, observation {look} of 4", failure?.Detail, StringComparison.Ordinal);
                Assert.Equal(look, (await _prices.SnapshotAsync()).Poll.Watch.HeldBack.Count);
            }

            Assert.Equal(look < 3 ? 0 : 1, source.DayCalls);
        }

        _clock.Advance(PriceSlot.Step);
        Assert.Null((await Instance(source).RefreshAsync(Ct)).Failure);
        var believed = await _prices.SnapshotAsync();
        Assert.Equal(7.18, believed.History.Newest?.Cny);
        Assert.Empty(believed.Poll.Watch.HeldBack);
        Assert.Equal(At(1).Time, believed.Poll.Watch.MovedAt);
        Assert.Equal((0, null), (believed.Poll.FailuresInARow, believed.Poll.NotBefore));
        Assert.Equal(2, source.DayCalls);
    }

    [Fact]
    public async Task A_chart_that_shows_another_price_brings_that_one_in_and_the_newest_is_not_believed()
    {
        await _prices.SaveAsync([.. Enumerable.Range(-300, 301).Select(i => At(i, 7.1 + (i % 3 * 1e-4)))]);
        var source = Source(cny: 7.4);
        source.LastDay = () =>
            new(
                [.. Enumerable.Range(0, 30).Select(i => new QuotedPrice(Now - (i * PriceSlot.Step), 7.1 + (i % 3 * 1e-4))).Reverse()],
                Calls: 2
            );
        for (var poll = 0; poll < 40; poll++)
        {
            _clock.Advance(PriceSlot.Step);
            Assert.NotEqual(PriceFault.NotAsked, (await Instance(source).RefreshAsync(Ct)).Failure?.Fault);
        }

        var snapshot = await _prices.SnapshotAsync();
        Assert.Every(snapshot.History.Points(), point => Assert.InRange(point.Cny, 7.099, 7.101));
        Assert.InRange(Now - snapshot.History.Newest!.Value.Time, TimeSpan.Zero, TimeSpan.FromMinutes(75));
        // A source that answers is asked at every poll, or the looks would be rare.
        Assert.Equal(40, source.LatestCalls);
    }

    [Fact]
    public async Task A_broken_quote_is_forgotten_when_the_price_is_where_it_was()
    {
        await _prices.SaveAsync(At(0));
        _clock.Advance(PriceSlot.Step);
        await Instance(Source(cny: 7.5)).RefreshAsync(Ct);
        _clock.Advance(PriceSlot.Step);
        await Instance(Source()).RefreshAsync(Ct);
        var snapshot = await _prices.SnapshotAsync();
        Assert.Equal([At(0), At(2)], snapshot.History.Points());
        Assert.Empty(snapshot.Poll.Watch.HeldBack);
    }

    [Fact]
    public async Task A_hole_that_ends_within_an_hour_of_the_last_fill_is_filled_once_the_hour_is_over()
    {
        var source = Source();
        source.LastDay = () =>
            new([.. Enumerable.Range(0, 289).Select(i => new QuotedPrice(Now - (i * PriceSlot.Step), 7.1)).Reverse()], Calls: 2);
        await Instance(source).RefreshAsync(Ct);
        Assert.Equal(1, source.DayCalls);

        // Half an hour without a poll; the next one comes 35 minutes after the fill, and the ones after it find no old price.
        _clock.Advance(TimeSpan.FromMinutes(35));
        for (var poll = 0; poll < 8; poll++)
        {
            await Instance(source).RefreshAsync(Ct);
            _clock.Advance(PriceSlot.Step);
        }

        Assert.Equal(2, source.DayCalls);
        var slots = (await _prices.SnapshotAsync()).History.Points().Select(point => point.Slot.Number).ToList();
        Assert.Every(slots.Zip(slots.Skip(1)), pair => Assert.Equal(1, pair.Second - pair.First));
    }

    [Fact]
    public async Task A_hole_that_the_chart_has_too_is_asked_about_once()
    {
        await _prices.SaveAsync([.. Enumerable.Range(-50, 20).Select(i => At(i)), .. Enumerable.Range(-10, 10).Select(i => At(i))]);
        var source = Source();
        source.LastDay = () => new([], Calls: 2);
        for (var poll = 0; poll < 40; poll++)
        {
            await Instance(source).RefreshAsync(Ct);
            _clock.Advance(PriceSlot.Step);
        }

        Assert.Equal(1, source.DayCalls);
    }

    public static TheoryData<string> DamagedPoints =>
        [
            "prices of 1e300",
            "prices times ten",
            "a last point a thousand years ahead",
            "one point in the middle",
            "half a byte string",
            "another type",
        ];

    [Theory]
    [MemberData(nameof(DamagedPoints))]
    public async Task A_damaged_snapshot_is_made_again_from_the_history_by_the_next_poll(string damage)
    {
        PricePoint[] points = [.. Enumerable.Range(-299, 300).Select(i => At(i, 7.1 + (i % 3 * 1e-4)))];
        await _prices.SaveAsync(points);
        await _prices.TamperAsync(("Points", Damaged(damage, points)));
        var source = Source();
        _clock.Advance(PriceSlot.Step);

        Assert.Null((await Instance(source).RefreshAsync(Ct)).Failure);

        var snapshot = await _prices.SnapshotAsync();
        Assert.Equal([.. points, At(1)], snapshot.History.Points());
        Assert.True(snapshot.IsWhole);
        Assert.Equal(0, source.DayCalls);
    }

    [Fact]
    public async Task A_damaged_row_of_the_history_costs_itself_and_is_replaced_when_its_price_comes_again()
    {
        PricePoint[] points = [.. Enumerable.Range(-20, 21).Select(i => At(i, 7.1 + (i % 3 * 1e-4)))];
        await _prices.SaveAsync(points);
        await _prices.Table.UpdateEntityAsync(
            new Azure.Data.Tables.TableEntity("tether-cny-2026-11", "2026-11-23T11:00Z") { ["Cny"] = 1e300 },
            Azure.ETag.All,
            Azure.Data.Tables.TableUpdateMode.Merge,
            Ct
        );
        Assert.Equal(points.Where(point => point != At(-12, 7.1)).Count(), (await _prices.HistoryAsync(-20, 0)).Count);

        await _prices.SaveAsync(points);
        Assert.Equal(points, (await _prices.HistoryAsync(-20, 0)).Points());
    }

    [Fact]
    public async Task A_wait_into_the_year_9999_and_a_count_beyond_every_bound_stop_no_poll()
    {
        await _prices.SaveAsync(At(0));
        await _prices.TamperAsync(
            ("NotBefore", new DateTimeOffset(9999, 12, 31, 0, 0, 0, TimeSpan.Zero)),
            ("Month", "2026-11"),
            ("CallsThisMonth", 2147483648L),
            ("FailuresInARow", int.MaxValue)
        );
        _clock.Advance(PriceSlot.Step);
        Assert.Equal(new(1, null), await Instance(Source()).RefreshAsync(Ct));
        var poll = (await _prices.SnapshotAsync()).Poll;
        Assert.InRange(poll.CallsThisMonth, 6_480, 7_500);
        Assert.Equal((0, null), (poll.FailuresInARow, poll.NotBefore));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task An_instance_whose_clock_is_an_hour_off_stores_no_wrong_price_and_costs_no_right_one(int hours)
    {
        List<PricePoint> points = [.. await StartAnHourAgoAsync()];
        var (right, off) = (_prices.NewStore(_clock), new FakeTimeProvider(Now.AddHours(hours)));
        var source = Source();
        source.LastDay = () => new([.. points.Select(point => new QuotedPrice(point.Time, point.Cny))], Calls: 1);
        for (var poll = 1; poll <= 12; poll++)
        {
            _clock.Advance(PriceSlot.Step);
            off.Advance(PriceSlot.Step);
            Assert.Null((await Instance(source, right).RefreshAsync(Ct)).Failure);
            points.Add(new(Now, 7.1));
            // CoinGecko's own clock is right, so its newest price is an hour old or one from the future.
            var wrong = await Instance(source, _prices.NewStore(off), off).RefreshAsync(Ct);
            Assert.Equal(hours > 0 ? PriceFault.Stale : PriceFault.NotBelieved, wrong.Failure?.Fault);
            var snapshot = (await right.ReadAsync(Ct))!;
            Assert.Equal(points, snapshot.History.Points());
            Assert.True(snapshot.IsWhole);
        }

        Assert.Equal(points, (await right.ReadHistoryAsync(points[0].Time, Now, Ct)).Points());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public async Task A_price_from_the_future_is_removed_by_the_next_poll_also_of_an_instance_whose_clock_is_behind(int hours)
    {
        var points = await StartAnHourAgoAsync();
        var ahead = new FakeTimeProvider(TimeProvider.System.GetUtcNow().AddHours(2));
        await SaveAsync(_prices.NewStore(ahead), new PricePoint(ahead.GetUtcNow().AddHours(-1), 7.1));
        Assert.Equal(points.Length + 1, (await _prices.NewStore(ahead).ReadAsync(Ct))!.History.Count);

        var clock = new FakeTimeProvider(Now.AddHours(hours));
        await Instance(Source(), _prices.NewStore(clock), clock).RefreshAsync(Ct);

        Assert.Equal(points, (await _prices.NewStore(ahead).ReadAsync(Ct))!.History.Points());
    }

    [Fact]
    public async Task An_instance_whose_clock_is_behind_keeps_what_the_polls_of_others_have_observed()
    {
        await StartAnHourAgoAsync();
        var (right, behind) = (_prices.NewStore(_clock), new FakeTimeProvider(Now.AddHours(-1)));
        JumpWatch watch = new() { HeldBack = [new(Now, 7.18)], MovedAt = Now - PriceSlot.Step };
        await right.SaveAsync(
            "coingecko",
            PriceHistory.Empty,
            PriceHistory.Empty,
            state => state with { FetchedAt = Now, GapFilledAt = Now, Watch = watch },
            replaceHistory: false,
            Ct
        );

        var result = await Instance(Source(), _prices.NewStore(behind), behind).RefreshAsync(Ct);

        Assert.Equal(PriceFault.NotBelieved, result.Failure?.Fault);
        var poll = (await right.ReadAsync(Ct))!.Poll;
        Assert.Equal((Now, Now), (poll.FetchedAt, poll.GapFilledAt));
        Assert.Equal(watch, poll.Watch);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task A_clock_that_jumps_an_hour_and_back_leaves_the_prices_as_they_were(int hours)
    {
        PricePoint[] points = [.. Enumerable.Range(-299, 300).Select(i => At(i, 7.1 + (i % 3 * 1e-4)))];
        await _prices.SaveAsync(points);
        var source = Source();
        source.LastDay = () => new([.. points.Select(point => new QuotedPrice(point.Time, point.Cny))], Calls: 1);
        var off = new FakeTimeProvider(Noon.AddHours(hours));
        for (var poll = 0; poll < 4; poll++)
        {
            Assert.NotNull((await Instance(source, _prices.NewStore(off), off).RefreshAsync(Ct)).Failure);
            off.Advance(TimeSpan.FromSeconds(30));
        }

        _clock.Advance(PriceSlot.Step);
        Assert.Equal(new(1, null), await Instance(source, _prices.NewStore(_clock)).RefreshAsync(Ct));
        var snapshot = await _prices.SnapshotAsync();
        Assert.Equal([.. points, At(1)], snapshot.History.Points());
        Assert.True(snapshot.IsWhole);
    }

    /// <summary>The others come before the first one's write of the history, or before that of the snapshot.</summary>
    [Theory]
    [InlineData("POST batch", 1)]
    [InlineData("PUT prices", 1)]
    [InlineData("POST batch", 3)]
    [InlineData("PUT prices", 3)]
    public async Task Refreshers_at_once_lose_neither_a_point_nor_a_call(string write, int others)
    {
        await _prices.SaveAsync(At(0));
        _clock.Advance(PriceSlot.Step);
        var (early, late) = (Source(), Source());
        early.Latest = () => new([new(Now.AddSeconds(-20), 7.1)], Calls: 1);
        late.Latest = () => new([new(Now.AddSeconds(-5), 7.1)], Calls: 1);
        await using var overtaken = new FaultyStorage(_storage.Location);
        overtaken.StepIn(write, () => Task.WhenAll(Enumerable.Range(0, others).Select(_ => Instance(late).RefreshAsync(Ct))));
        await Instance(early, new StoredPrices(_storage.Through(overtaken)).NewStore()).RefreshAsync(Ct);

        var snapshot = await _prices.SnapshotAsync();
        Assert.Equal([At(0), At(1, secondsOff: -5)], snapshot.History.Points());
        Assert.Equal(1 + others, snapshot.Poll.CallsThisMonth);
        Assert.Equal([At(0), At(1, secondsOff: -5)], (await _prices.HistoryAsync(0, 1)).Points());
    }

    [Fact]
    public async Task While_storage_is_unreachable_the_source_is_not_called_and_the_failure_is_reported()
    {
        using var heard = new HeardMetrics();
        var source = Source();
        var store = new StoredPrices(new(StorageEmulator.Unreachable())).NewStore();
        var instance = new PriceRefresh(source, store, heard.Metrics, _clock, NullLogger<PriceRefresh>.Instance);
        var result = await instance.RefreshAsync(Ct);
        Assert.StartsWith("storage is out of reach", result.Failure?.Detail, StringComparison.Ordinal);
        result = await instance.RefreshIfOldAsync(Ct);
        Assert.StartsWith("storage is out of reach", result.Failure?.Detail, StringComparison.Ordinal);
        Assert.Equal((0, 0), (source.DayCalls, source.LatestCalls));
        Assert.Equal([1, 1], heard.Of("bittbridge.price.polls bittbridge.outcome=storage"));
    }

    [Fact]
    public async Task A_table_that_was_dropped_costs_one_poll_and_the_next_makes_it_again()
    {
        var instance = Instance(Source());
        await instance.RefreshAsync(Ct);
        await _prices.Table.DeleteAsync(Ct);
        _clock.Advance(PriceSlot.Step);
        Assert.Equal(new(PriceFault.Storage, "storage answered 404 TableNotFound"), (await instance.RefreshAsync(Ct)).Failure);
        Assert.Equal(new(289, null), await instance.RefreshAsync(Ct));
        Assert.Equal(289, (await _prices.SnapshotAsync()).History.Count);
    }

    [Fact]
    public async Task At_the_start_prices_that_are_fresh_are_left_as_they_are_and_old_ones_refreshed()
    {
        await _prices.SaveAsync(At(0));
        var source = Source();
        _clock.Advance(PriceSlot.Step);
        Assert.Equal(new(0, null, Skipped: true), await Instance(source).RefreshIfOldAsync(Ct));
        Assert.Equal(0, source.LatestCalls);
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.False((await Instance(source).RefreshIfOldAsync(Ct)).Skipped);
        Assert.Equal(1, source.LatestCalls);
    }

    [Fact]
    public async Task A_source_that_starts_afresh_replaces_what_is_stored_once()
    {
        await _prices.SaveAsync(At(-6, 6.5), At(0, 6.5));
        var source = new ScriptedSource
        {
            StartsAfresh = true,
            Name = "simulated",
            Latest = () => new([new(Now, 7.1)], 0),
            LastDay = Day,
        };
        var instance = Instance(source);
        Assert.Null((await instance.RefreshIfOldAsync(Ct)).Failure);
        var snapshot = await _prices.SnapshotAsync();
        Assert.Equal("simulated", snapshot.Source);
        Assert.Equal(289, snapshot.History.Count);
        Assert.Every(snapshot.History.Points(), point => Assert.Equal(7.1, point.Cny));

        _clock.Advance(PriceSlot.Step);
        await instance.RefreshAsync(Ct);
        Assert.Equal(290, (await _prices.SnapshotAsync()).History.Count);
    }

    private static object Damaged(string damage, PricePoint[] points)
    {
        var bytes = PackedPrices.Pack(PriceHistory.FromPoints(points));
        void Put(int point, double cny) =>
            System.Buffers.Binary.BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan((point * 24) + 8), cny);
        switch (damage)
        {
            case "prices of 1e300":
                Array.ForEach([.. Enumerable.Range(0, 300)], i => Put(i, 1e300));
                break;
            case "prices times ten":
                Array.ForEach([.. Enumerable.Range(0, 300)], i => Put(i, points[i].Cny * 10));
                break;
            case "a last point a thousand years ahead":
                System.Buffers.Binary.BinaryPrimitives.WriteInt64LittleEndian(
                    bytes.AsSpan(299 * 24),
                    Noon.AddYears(1000).ToUnixTimeMilliseconds()
                );
                break;
            case "one point in the middle":
                Put(150, double.NaN);
                break;
            case "half a byte string":
                return bytes[..3_605];
            default:
                return "no bytes";
        }

        return bytes;
    }

    /// <summary>
    /// Sets the right clock to an hour before the machine's, which storage has, and stores prices up to then: whatever storage writes in
    /// the test is later than the prices, as it is for a miner whose clock is right.
    /// </summary>
    private async Task<PricePoint[]> StartAnHourAgoAsync()
    {
        _clock.AdjustTime(PriceSlot.NearestTo(TimeProvider.System.GetUtcNow()).Time - (13 * PriceSlot.Step));
        PricePoint[] points =
        [
            .. Enumerable.Range(-299, 300).Select(i => new PricePoint(Now + (i * PriceSlot.Step), 7.1 + (i % 3 * 1e-4))),
        ];
        await SaveAsync(_prices.NewStore(_clock), points);
        return points;
    }

    /// <summary>A refresh of an instance of its own: nothing but storage tells it what another did.</summary>
    private PriceRefresh Instance(
        IPriceSource source,
        IPriceStore? store = null,
        TimeProvider? clock = null,
        ILogger<PriceRefresh>? logger = null
    ) => new(source, store ?? _prices.NewStore(), UnheardMetrics.New(), clock ?? _clock, logger ?? NullLogger<PriceRefresh>.Instance);

    private ScriptedSource Source(double cny = 7.1) => new() { Latest = () => new([new(Now, cny)], Calls: 1), LastDay = Day };

    private PriceFetch Day() =>
        new([.. Enumerable.Range(0, 289).Select(i => new QuotedPrice(Now - (i * PriceSlot.Step), 7.1)).Reverse()], Calls: 1);
}
