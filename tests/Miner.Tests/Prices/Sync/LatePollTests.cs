using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Prices.Store;
using Bittbridge.Miner.Prices.Sync;
using Bittbridge.Miner.Tests.Forecasting;
using Bittbridge.Miner.Tests.Prices.Store;
using Bittbridge.Miner.Tests.Replay;
using Bittbridge.Miner.Tests.Storage;
using Bittbridge.Miner.Tests.Telemetry;
using Bittbridge.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using static Bittbridge.Miner.Tests.Prices.Store.StoredPrices;

namespace Bittbridge.Miner.Tests.Prices.Sync;

/// <summary>The timer stands still, and challenges go on. The schedule is the default: 45 s after every fourth minute of five.</summary>
public sealed class LatePollTests
{
    private readonly StorageSettings _storage;
    private readonly StoredPrices _prices;
    private readonly FakeTimeProvider _clock = new(Noon);

    public LatePollTests(TestStorage storage)
    {
        _storage = storage.NewSettings();
        _prices = new(_storage);
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private ScriptedSource Source => field ??= new() { Latest = () => new([new(_clock.GetUtcNow(), 7.1)], Calls: 1) };

    [Fact]
    public async Task Once_two_scheduled_polls_have_passed_an_answer_is_followed_by_one()
    {
        await PolledAtNoonAsync();
        // Noon's next polls are at 12:04:45 and 12:09:45.
        _clock.SetUtcNow(Noon.AddMinutes(9).AddSeconds(54));
        await (await InstanceAsync()).RunAsync().WaitAsync(TimeSpan.FromMinutes(3), Ct);
        Assert.Equal(0, Source.LatestCalls);

        _clock.SetUtcNow(Noon.AddMinutes(9).AddSeconds(55));
        await (await InstanceAsync()).RunAsync().WaitAsync(TimeSpan.FromMinutes(3), Ct);
        Assert.Equal(1, Source.LatestCalls);
        var snapshot = await _prices.SnapshotAsync();
        Assert.Equal((_clock.GetUtcNow(), _clock.GetUtcNow()), (snapshot.Poll.AskedAt, snapshot.History.Newest?.Time));
    }

    [Fact]
    public async Task With_a_timer_that_runs_it_never_polls_even_when_every_poll_fails()
    {
        await PolledAtNoonAsync();
        Source.Latest = () => new([new(Noon, 7.1)], Calls: 1);
        for (var i = 0; i < 6; i++)
        {
            _clock.Advance(TimeSpan.FromMinutes(5));
            await Refresh().RefreshAsync(Ct);
            await (await InstanceAsync()).RunAsync().WaitAsync(TimeSpan.FromMinutes(3), Ct);
        }

        Assert.Equal(6, Source.LatestCalls);
    }

    /// <summary>The others come between the first one's look for a claim and its own claim.</summary>
    [Fact]
    public async Task Of_many_instances_one_polls()
    {
        await PolledAtNoonAsync();
        _clock.Advance(TimeSpan.FromMinutes(30));
        await using var overtaken = new FaultyStorage(_storage.Location);
        var first = await InstanceAsync(storage: _storage.Through(overtaken));
        var others = new List<LatePoll>();
        for (var i = 0; i < 7; i++)
        {
            others.Add(await InstanceAsync());
        }

        overtaken.StepIn("POST prices", () => Task.WhenAll(others.SelectMany(Twice)));
        await Task.WhenAll(Twice(first)).WaitAsync(TimeSpan.FromMinutes(3), Ct);

        Assert.Equal(1, Source.LatestCalls);

        static Task[] Twice(LatePoll instance) => [instance.RunAsync(), instance.RunAsync()];
    }

    [Fact]
    public async Task Points_missing_in_memory_are_read_from_storage_before_the_source_is_called()
    {
        await PolledAtNoonAsync();
        var instance = await InstanceAsync();
        _clock.Advance(TimeSpan.FromMinutes(30));
        await Refresh().RefreshAsync(Ct);
        await instance.RunAsync().WaitAsync(TimeSpan.FromMinutes(3), Ct);
        Assert.Equal(1, Source.LatestCalls);
    }

    [Fact]
    public async Task An_instance_that_died_with_the_claim_keeps_it_for_two_minutes()
    {
        await PolledAtNoonAsync();
        _clock.Advance(TimeSpan.FromMinutes(30));
        Assert.True(await _prices.NewStore(_clock).TryClaimPollAsync(TimeSpan.FromMinutes(2), Ct));

        _clock.Advance(TimeSpan.FromMinutes(2) - TimeSpan.FromSeconds(1));
        await (await InstanceAsync()).RunAsync().WaitAsync(TimeSpan.FromMinutes(3), Ct);
        Assert.Equal(0, Source.LatestCalls);

        _clock.Advance(TimeSpan.FromSeconds(1));
        await (await InstanceAsync()).RunAsync().WaitAsync(TimeSpan.FromMinutes(3), Ct);
        Assert.Equal(1, Source.LatestCalls);
    }

    [Theory]
    [InlineData("9999-12-31T00:00:00Z")]
    [InlineData("2026-11-24T12:00:00Z")]
    public async Task A_claim_from_the_future_is_ignored(string at)
    {
        await PolledAtNoonAsync();
        await _prices.Table.UpsertEntityAsync(
            new Azure.Data.Tables.TableEntity("tether-cny", PriceKeys.Claim)
            {
                ["At"] = DateTimeOffset.Parse(at, System.Globalization.CultureInfo.InvariantCulture),
            },
            cancellationToken: Ct
        );
        _clock.Advance(TimeSpan.FromMinutes(30));
        await (await InstanceAsync()).RunAsync().WaitAsync(TimeSpan.FromMinutes(3), Ct);
        Assert.Equal(1, Source.LatestCalls);
    }

    [Fact]
    public async Task After_the_clock_was_set_back_an_instance_polls_again()
    {
        await PolledAtNoonAsync();
        var instance = await InstanceAsync();
        _clock.Advance(TimeSpan.FromHours(10));
        await instance.RunAsync().WaitAsync(TimeSpan.FromMinutes(3), Ct);
        await instance.RunAsync().WaitAsync(TimeSpan.FromMinutes(3), Ct);
        Assert.Equal(1, Source.LatestCalls);

        _clock.AdjustTime(Noon.AddHours(1));
        await instance.RunAsync().WaitAsync(TimeSpan.FromMinutes(3), Ct);
        Assert.Equal(2, Source.LatestCalls);
    }

    [Fact]
    public async Task A_source_that_asks_for_a_pause_is_not_called()
    {
        await PolledAtNoonAsync();
        await _prices.SavePollAsync(new() { AskedAt = Noon, NotBefore = Noon.AddMinutes(40) });
        _clock.Advance(TimeSpan.FromMinutes(30));
        await (await InstanceAsync()).RunAsync().WaitAsync(TimeSpan.FromMinutes(3), Ct);
        Assert.Equal(0, Source.LatestCalls);
    }

    [Fact]
    public async Task An_empty_store_is_filled()
    {
        await (await InstanceAsync()).RunAsync().WaitAsync(TimeSpan.FromMinutes(3), Ct);
        Assert.Equal((1, 1), (Source.LatestCalls, Source.DayCalls));
    }

    [Theory]
    [InlineData("simulated")]
    [InlineData("prices.csv")]
    public async Task Prices_that_are_not_real_are_left_to_the_process_that_plays_them(string source)
    {
        await (await InstanceAsync(source)).RunAsync().WaitAsync(TimeSpan.FromMinutes(3), Ct);
        Assert.Equal(0, Source.LatestCalls);
    }

    [Fact]
    public async Task Storage_out_of_reach_ends_it_without_an_exception()
    {
        var store = new StoredPrices(new(StorageEmulator.Unreachable())).NewStore(_clock);
        var running = new LatePoll(new FixedPrices(), store, Refresh(), Settings(), _clock, NullLogger<LatePoll>.Instance).RunAsync();
        await running.WaitAsync(TimeSpan.FromMinutes(3), Ct);
        Assert.Equal(0, Source.LatestCalls);
    }

    [Fact]
    public async Task A_poll_that_takes_longer_than_25_seconds_is_given_up_and_the_log_does_not_blame_storage()
    {
        await PolledAtNoonAsync();
        _clock.Advance(TimeSpan.FromMinutes(30));
        Source.Latest = () =>
        {
            _clock.Advance(TimeSpan.FromSeconds(25));
            return new([new(Noon.AddMinutes(30), 7.1)], Calls: 1);
        };
        using var log = new KeptLog();
        using var loggers = new LoggerFactory([log]);
        var instance = await InstanceAsync(logger: loggers.CreateLogger<LatePoll>());
        await instance.RunAsync().WaitAsync(TimeSpan.FromMinutes(3), Ct);

        Assert.Equal(1, Source.LatestCalls);
        var failed = Assert.Single(log.Lines, line => line.Id == 1010);
        Assert.EndsWith(": the poll behind an answer did not end: it took longer than 25 s", failed.Text, StringComparison.Ordinal);
    }

    private async Task PolledAtNoonAsync()
    {
        await _prices.SaveAsync(At(0));
        await _prices.SavePollAsync(
            new()
            {
                AskedAt = Noon,
                FetchedAt = Noon,
                Month = "2026-11",
            }
        );
    }

    /// <summary>An instance that has read what is stored now.</summary>
    private async Task<LatePoll> InstanceAsync(
        string source = PriceSettings.CoinGecko,
        StorageSettings? storage = null,
        ILogger<LatePoll>? logger = null
    )
    {
        var store = new StoredPrices(storage ?? _storage).NewStore(_clock);
        return new(
            new FixedPrices { InMemory = await store.ReadAsync(Ct) },
            store,
            Refresh(),
            Settings(source),
            _clock,
            logger ?? NullLogger<LatePoll>.Instance
        );
    }

    private PriceRefresh Refresh() =>
        new(Source, _prices.NewStore(_clock), UnheardMetrics.New(), _clock, NullLogger<PriceRefresh>.Instance);

    private static MinerSettings Settings(string source = PriceSettings.CoinGecko) =>
        new()
        {
            Storage = new("minerstate"),
            Prices = new() { Source = source },
        };
}
