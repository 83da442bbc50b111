using Azure.Data.Tables;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Prices;
using Bittbridge.Miner.Prices.Failures;
using Bittbridge.Miner.Tests.Storage;
using Bittbridge.Models;
using Bittbridge.Testing;
using Microsoft.Extensions.Time.Testing;
using static Bittbridge.Miner.Tests.Prices.Store.StoredPrices;

namespace Bittbridge.Miner.Tests.Prices.Store;

public sealed class TablePriceStoreTests
{
    private readonly StorageSettings _storage;
    private readonly StoredPrices _prices;

    public TablePriceStoreTests(TestStorage storage)
    {
        _storage = storage.NewSettings();
        _prices = new(_storage);
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_empty_store_has_no_snapshot_and_no_history()
    {
        Assert.Null(await _prices.NewStore().ReadAsync(Ct));
        Assert.True((await _prices.HistoryAsync(-600, 0)).IsEmpty);
    }

    [Fact]
    public async Task A_snapshot_comes_back_with_its_points_and_all_that_the_poll_left()
    {
        var poll = new PollState
        {
            FetchedAt = Noon.AddSeconds(1),
            Month = "2026-11",
            CallsThisMonth = 4321,
            FailuresInARow = 3,
            LastFailure = new(PriceFault.TooManyCalls, "CoinGecko answered 429"),
            AskedAt = Noon.AddSeconds(2),
            NotBefore = Noon.AddMinutes(4.5),
            GapFilledAt = Noon.AddHours(-1),
            GapOpenSince = Noon.AddMinutes(-20),
            Watch = new() { HeldBack = [At(-1, 7.89), At(0, 7.9, 12, usd: 1.01)], MovedAt = Noon.AddHours(-3) },
        };
        PricePoint[] points = [At(-1, 7.1, -2.5, usd: 0.999), At(0, 7.11)];
        await _prices
            .NewStore()
            .SaveAsync("coingecko", PriceHistory.Empty, PriceHistory.FromPoints(points), _ => poll, replaceHistory: false, Ct);

        var snapshot = await _prices.SnapshotAsync();
        Assert.Equal(PriceSeries.Real, snapshot.Series);
        Assert.Equal("coingecko", snapshot.Source);
        Assert.Equal(points, snapshot.History.Points());
        Assert.Equal(poll, snapshot.Poll);
    }

    [Fact]
    public async Task What_the_poll_has_forgotten_is_gone_from_storage_too()
    {
        await _prices.SavePollAsync(
            new()
            {
                LastFailure = new(PriceFault.Stale, "no"),
                NotBefore = Noon,
                FailuresInARow = 3,
                Watch = new() { HeldBack = [At(0)], MovedAt = Noon },
            }
        );
        await _prices.SavePollAsync(new() { Month = "2026-11" });
        Assert.Equal(new() { Month = "2026-11" }, (await _prices.SnapshotAsync()).Poll);
    }

    [Fact]
    public async Task Rows_have_the_keys_that_are_documented()
    {
        await _prices.SaveAsync(At(0), At(1, 7.2, -15));
        Assert.Equal(
            ["tether-cny snapshot", "tether-cny-2026-11 2026-11-23T12:00Z", "tether-cny-2026-11 2026-11-23T12:05Z"],
            (await _prices.KeysAsync()).Order(StringComparer.Ordinal)
        );
        var row = (await _prices.Table.GetEntityAsync<TableEntity>("tether-cny-2026-11", "2026-11-23T12:05Z", cancellationToken: Ct)).Value;
        Assert.Equal(
            (At(1, secondsOff: -15).Time, 7.2, null, "coingecko"),
            (row.GetDateTimeOffset("Time"), row.GetDouble("Cny"), row.GetDouble("Usd"), row.GetString("Source"))
        );
    }

    [Fact]
    public async Task A_snapshot_holds_the_newest_600_points_and_the_history_all_of_them()
    {
        var points = Enumerable.Range(0, 700).Select(i => At(i - 700, 7 + (i * 1e-5))).ToArray();
        await _prices.SaveAsync(points[..650]);
        await _prices.SaveAsync(points[650..]);
        Assert.Equal(points[100..], (await _prices.SnapshotAsync()).History.Points());
        Assert.Equal(points, (await _prices.HistoryAsync(-700, 0)).Points());
    }

    [Fact]
    public async Task The_observation_nearest_to_the_mark_wins_whichever_store_wrote_it()
    {
        await _prices.SaveAsync(At(0, 7.10, secondsOff: 60));
        await _prices.SaveAsync(At(0, 7.12, secondsOff: -20));
        await _prices.SaveAsync(At(0, 7.14, secondsOff: 90));
        PricePoint[] nearest = [At(0, 7.12, secondsOff: -20)];
        Assert.Equal(nearest, (await _prices.SnapshotAsync()).History.Points());
        Assert.Equal(nearest, (await _prices.HistoryAsync(0, 0)).Points());
    }

    [Fact]
    public async Task The_same_instant_again_is_a_revision_that_keeps_the_known_usd()
    {
        await _prices.SaveAsync(At(0, 7.10, secondsOff: 5, usd: 0.999));
        await _prices.SaveAsync(At(0, 7.12, secondsOff: 5));
        PricePoint[] revised = [At(0, 7.12, secondsOff: 5, usd: 0.999)];
        Assert.Equal(revised, (await _prices.SnapshotAsync()).History.Points());
        Assert.Equal(revised, (await _prices.HistoryAsync(0, 0)).Points());
    }

    [Fact]
    public async Task Points_on_both_sides_of_a_months_end_are_written_and_read_as_one_history()
    {
        var midnight = new DateTimeOffset(2026, 12, 1, 0, 0, 0, TimeSpan.Zero);
        PricePoint[] points = [new(midnight.AddMinutes(-5), 7.1), new(midnight.AddMinutes(-2), 7.2), new(midnight.AddMinutes(5), 7.3)];
        await _prices.SaveAsync(points);
        Assert.Contains("tether-cny-2026-11 2026-11-30T23:55Z", await _prices.KeysAsync());
        Assert.Contains("tether-cny-2026-12 2026-12-01T00:00Z", await _prices.KeysAsync());
        Assert.Equal(points, (await _prices.NewStore().ReadHistoryAsync(midnight.AddHours(-1), midnight.AddHours(1), Ct)).Points());
        Assert.Equal(points[..1], (await _prices.NewStore().ReadHistoryAsync(midnight.AddHours(-1), midnight.AddMinutes(-5), Ct)).Points());
        Assert.Equal(points[1..], (await _prices.NewStore().ReadHistoryAsync(midnight.AddMinutes(-2), midnight.AddHours(1), Ct)).Points());
    }

    public static TheoryData<string, object> Damages =>
        new()
        {
            { "Points", new byte[25] },
            { "Points", "no bytes" },
            { "Format", 2 },
            { "Format", "1" },
        };

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task Of_a_damaged_snapshot_the_polls_state_is_left_and_the_next_save_repairs_it(string property, object value)
    {
        await _prices.SaveAsync(At(0));
        await _prices.SavePollAsync(new() { Month = "2026-11", CallsThisMonth = 77 });
        await _prices.TamperAsync((property, value));

        var damaged = await _prices.SnapshotAsync();
        Assert.True(damaged.History.IsEmpty);
        Assert.Equal(77, damaged.Poll.CallsThisMonth);

        await _prices.SaveAsync(At(1));
        var repaired = await _prices.SnapshotAsync();
        Assert.Equal([At(1)], repaired.History.Points());
        Assert.Equal(77, repaired.Poll.CallsThisMonth);
        Assert.Equal([At(0), At(1)], (await _prices.HistoryAsync(0, 1)).Points());
    }

    [Theory]
    [InlineData(false, "POST prices")]
    [InlineData(true, "PUT prices")]
    public async Task Of_two_writers_at_once_no_point_and_no_call_is_lost(bool isKnown, string write)
    {
        if (isKnown)
        {
            await _prices.SavePollAsync(new());
        }

        await using var overtaken = new FaultyStorage(_storage.Location);
        overtaken.StepIn(write, () => CallAsync(_prices, At(1)));
        await CallAsync(new(_storage.Through(overtaken)), At(0));

        var snapshot = await _prices.SnapshotAsync();
        Assert.Equal(2, snapshot.Poll.CallsThisMonth);
        Assert.Equal([At(0), At(1)], snapshot.History.Points());
        Assert.Equal([At(0), At(1)], (await _prices.HistoryAsync(0, 1)).Points());

        static Task CallAsync(StoredPrices prices, PricePoint point) =>
            prices
                .NewStore()
                .SaveAsync(
                    "coingecko",
                    PriceHistory.Empty,
                    PriceHistory.FromPoints([point]),
                    state => state with { CallsThisMonth = state.CallsThisMonth + 1 },
                    replaceHistory: false,
                    Ct
                );
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Two_writers_of_the_same_mark_agree_on_the_nearest(bool isKnown)
    {
        if (isKnown)
        {
            await _prices.SaveAsync(At(0, 7.3, secondsOff: 30));
        }

        await using var overtaken = new FaultyStorage(_storage.Location);
        overtaken.StepIn("POST batch", () => _prices.SaveAsync(At(0, 7.1, secondsOff: 10)));
        await new StoredPrices(_storage.Through(overtaken)).SaveAsync(At(0, 7.2, secondsOff: 20));

        PricePoint[] nearest = [At(0, 7.1, secondsOff: 10)];
        Assert.Equal(nearest, (await _prices.SnapshotAsync()).History.Points());
        Assert.Equal(nearest, (await _prices.HistoryAsync(0, 0)).Points());
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task Of_two_who_claim_a_poll_at_once_one_gets_it(bool isScheduled, bool isKnown)
    {
        if (isKnown)
        {
            Assert.True(await ClaimAsync(_prices, Noon.AddHours(-1)));
        }

        var other = false;
        await using var overtaken = new FaultyStorage(_storage.Location);
        overtaken.StepIn(isKnown ? "PUT prices" : "POST prices", async () => other = await ClaimAsync(_prices, Noon));
        var first = await ClaimAsync(new(_storage.Through(overtaken)), Noon);

        Assert.Equal((false, true), (first, other));

        Task<bool> ClaimAsync(StoredPrices prices, DateTimeOffset now)
        {
            var store = prices.NewStore(new FakeTimeProvider(now));
            return isScheduled ? store.TryClaimScheduledPollAsync(now, Ct) : store.TryClaimPollAsync(TimeSpan.FromMinutes(2), Ct);
        }
    }

    [Fact]
    public async Task A_history_that_starts_afresh_replaces_the_snapshots_points_and_not_the_polls_state()
    {
        await _prices.SaveAsync(At(0), At(1));
        await _prices.SavePollAsync(new() { Month = "2026-11", CallsThisMonth = 5 });
        await _prices
            .NewStore()
            .SaveAsync("simulated", PriceHistory.Empty, PriceHistory.FromPoints([At(-3, 7.3)]), state => state, replaceHistory: true, Ct);
        var snapshot = await _prices.SnapshotAsync();
        Assert.Equal("simulated", snapshot.Source);
        Assert.Equal([At(-3, 7.3)], snapshot.History.Points());
        Assert.Equal(5, snapshot.Poll.CallsThisMonth);
    }

    [Fact]
    public async Task A_table_that_was_dropped_is_made_again_at_the_save_after_the_next()
    {
        var store = _prices.NewStore();
        await SaveAsync(store, At(0));
        await _prices.Table.DeleteAsync(Ct);
        await Assert.ThrowsAsync<Azure.RequestFailedException>(() => SaveAsync(store, At(1)));
        await SaveAsync(store, At(1));
        Assert.Equal([At(1)], (await _prices.SnapshotAsync()).History.Points());
    }
}
