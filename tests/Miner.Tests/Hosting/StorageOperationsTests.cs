using System.Net;
using System.Text.RegularExpressions;
using Bittbridge.Miner.Access;
using Bittbridge.Miner.Challenges;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Forecasting;
using Bittbridge.Miner.Health;
using Bittbridge.Miner.Housekeeping;
using Bittbridge.Miner.ModelRegistry;
using Bittbridge.Miner.Prices;
using Bittbridge.Miner.Prices.Store;
using Bittbridge.Miner.Storage;
using Bittbridge.Miner.Tests.Access;
using Bittbridge.Miner.Tests.Http;
using Bittbridge.Miner.Tests.Prices;
using Bittbridge.Miner.Tests.Storage;
using Bittbridge.Miner.TrackRecord;
using Bittbridge.Models;
using Bittbridge.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Bittbridge.Miner.Tests.Hosting;

/// <summary>
/// What the miner's work costs in storage operations, once its tables exist, and what it reads in the background. docs/performance.md lists
/// these figures and computes the cost of a month from them.
/// </summary>
public sealed partial class StorageOperationsTests(TestStorage storage) : IAsyncDisposable
{
    private const string FirstChallenge = "the first challenge of a caller in a slot";
    private const string AfterAnotherInstance = "the first challenge of a caller after another instance has written the slot's row";
    private const string Background = "the background of a slot";
    private const string Claim = "the claim of a scheduled poll";
    private const string Scoring = "a poll that scores forecasts";
    private const string Housekeeping = "housekeeping";

    /// <summary>The list price that the documentation names.</summary>
    private const decimal UsdAnOperation = 0.00036m / 10_000;

    private readonly StorageSettings _settings = storage.NewSettings();

    private readonly RecordedNode _node = new(TestSubnet.At());

    // It starts in the morning, since a day's first poll and scoring cost more.
    private readonly WatchedClock _clock = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    [Fact]
    public async Task Each_kind_of_work_costs_the_operations_that_the_documentation_lists()
    {
        var (documented, counted) = (Documented(), new HashSet<string>(StringComparer.Ordinal));
        await using var miner = await StartAsync();
        var (poll, housekeeping, counts, store) = (
            miner.Get<PollAndScore>(),
            miner.Get<HousekeepingRunner>(),
            miner.Get<InstanceCounts>(),
            miner.Get<IPriceStore>()
        );

        // The first run of each makes the tables and fills them.
        await housekeeping.RunAsync(Ct);
        await poll.RunAsync(Ct);
        await store.TryClaimScheduledPollAsync(_clock.GetUtcNow(), Ct);
        await miner.AskAsync("//Alice");
        miner.Take();

        await miner.AskAsync("//Alice");
        Assert.Equal(["POST nonces"], Take("a further challenge of a caller within a slot"));
        await miner.AskAsync("//Charlie");
        Assert.Equal(["POST nonces", "PATCH forecasts"], Take(FirstChallenge));
        await counts.StoreAsync(Ct);
        Assert.Equal(["PUT trackrecord"], Take("storing the counts of an instance"));
        await store.TryClaimScheduledPollAsync(_clock.GetUtcNow() + PriceSlot.Step, Ct);
        Assert.Equal(["GET prices", "PUT prices"], Take(Claim));

        for (var i = 0; i < 4; i++)
        {
            await PassAsync(miner, PriceSlot.Step);
            await poll.RunAsync(Ct);
            if (i == 0)
            {
                // Scoring begins at the first forecast.
                miner.Take();
                continue;
            }

            Take("a poll and the scoring after it");
        }

        // The callers' hour is over, so their counts are stored once more.
        await PassAsync(miner, TimeSpan.FromMinutes(105), "PUT trackrecord");
        await poll.RunAsync(Ct);
        Take(Scoring);
        await housekeeping.RunAsync(Ct);
        Take(Housekeeping);
        await miner.ReadAsync("/api/dashboard");
        Take("an update of the dashboard");
        Assert.Equal([Background, AfterAnotherInstance], documented.Keys.Except(counted).Order(StringComparer.Ordinal));

        IReadOnlyList<string> Take(string work)
        {
            Assert.True(documented.TryGetValue(work, out var count), $"{work} is not documented");
            counted.Add(work);
            var operations = miner.Take();
            Assert.True(operations.Count == count, $"{work}: {count} documented, {string.Join(", ", operations)}");
            return operations;
        }
    }

    [Fact]
    public async Task In_a_slot_without_challenges_and_polls_the_miner_reads_as_often_as_the_documentation_says()
    {
        await using var miner = await StartAsync();
        await miner.Get<HousekeepingRunner>().RunAsync(Ct);
        await miner.Get<PollAndScore>().RunAsync(Ct);
        var (publishing, checks, publisher) = (
            miner.Get<IOptions<HealthCheckPublisherOptions>>().Value,
            miner.Get<HealthCheckService>(),
            miner.Get<IHealthCheckPublisher>()
        );

        // The first minute reads what a start left open.
        await PassWithHealthAsync(publishing.Period);
        miner.Take();
        await PassWithHealthAsync(PriceSlot.Step);
        var operations = miner.Take();

        Assert.Equal(
            ["GET models × 30", "GET prices × 5", "GET trackrecord × 1"],
            operations.GroupBy(operation => operation).Select(kind => $"{kind.Key} × {kind.Count()}").Order(StringComparer.Ordinal)
        );
        Assert.Equal(Documented()[Background], operations.Count);

        // The publisher's own timer goes by the machine's clock.
        async Task PassWithHealthAsync(TimeSpan length)
        {
            for (var passed = DeploymentWatcher.RefreshInterval; passed <= length; passed += DeploymentWatcher.RefreshInterval)
            {
                _clock.Forget();
                _clock.Advance(DeploymentWatcher.RefreshInterval);
                await _clock.WaitBeginsAsync(DeploymentWatcher.RefreshInterval);
                if (passed.Ticks % publishing.Period.Ticks == 0)
                {
                    await publisher.PublishAsync(await checks.CheckHealthAsync(publishing.Predicate, Ct), Ct);
                }
            }
        }
    }

    [Fact]
    public async Task A_row_that_another_instance_has_written_costs_a_failed_write_and_a_read_more()
    {
        await using var one = await StartAsync("signed");
        await one.Get<PollAndScore>().RunAsync(Ct);
        await one.AskAsync("//Alice");
        await using var two = await StartAsync("signed");
        one.Take();
        two.Take();

        // The other instance has inserted the row.
        Assert.Equal(["POST nonces", "POST forecasts", "GET forecasts", "PATCH forecasts"], await AskAsync(two, "//Charlie"));

        // The other instance has added a caller.
        Assert.Equal(["POST nonces", "PATCH forecasts", "GET forecasts", "PATCH forecasts"], await AskAsync(one, "//Dave"));
        Assert.Equal(4, Documented()[AfterAnotherInstance]);

        // No other instance has written since.
        Assert.Equal(["POST nonces", "PATCH forecasts"], await AskAsync(one, "//Eve"));
        Assert.Equal(2, Documented()[FirstChallenge]);

        static async Task<IEnumerable<string>> AskAsync(CountedMiner miner, string validator)
        {
            await miner.AskAsync(validator);
            return miner
                .Take()
                .Where(operation =>
                    operation.EndsWith(" nonces", StringComparison.Ordinal) || operation.EndsWith(" forecasts", StringComparison.Ordinal)
                );
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(64)]
    [InlineData(256)]
    public void The_documented_cost_of_a_month_follows_from_the_operations(int validators)
    {
        var operations = Documented();
        var (slots, hours) = ((int)(TimeSpan.FromDays(30) / PriceSlot.Step), 30 * 24);

        // A transaction deletes the nonces of a slot, or 100 of them; the one of the housekeeping that is counted does not count twice.
        var slot =
            operations[Scoring]
            + operations[Claim]
            + operations[Background]
            + (validators * operations[FirstChallenge])
            + ((validators + 99) / 100);
        var hour = operations[Housekeeping] - 1 + (((12 * validators) - 1) / 1000);

        // What the challenges need besides: prices, validators and the instance's counts.
        var prices = (int)(PriceSlot.Step / PriceReader.FreshFor) - (int)(PriceSlot.Step / HealthPublisher.Period);
        var (lists, counts) = ((int)(PriceSlot.Step / ValidatorCache.FreshFor), (int)(PriceSlot.Step / InstanceCounts.Interval));
        var atOnce = (slots * (slot + 3)) + (hours * hour);
        var spread =
            (slots * (slot + Math.Min(validators, prices) + Math.Min(validators, lists) + Math.Min(validators, counts))) + (hours * hour);

        Assert.Contains(
            $"\n| {validators} | {atOnce:N0}, {spread:N0} | {Usd(1)} | {Usd(10)} | {Usd(30)} |\n",
            Documentation(),
            StringComparison.Ordinal
        );

        string Usd(int hotkeys) => $"{atOnce * hotkeys * UsdAnOperation:0.00}, {spread * hotkeys * UsdAnOperation:0.00}";
    }

    /// <summary>Lets time pass and waits until what is read in the background then is read.</summary>
    private async Task PassAsync(CountedMiner miner, TimeSpan length, string? stored = null)
    {
        _clock.Forget();
        _clock.Advance(length);
        await _clock.WaitBeginsAsync(DeploymentWatcher.RefreshInterval);
        await Polling.UntilAsync(() => stored is null || miner.HasSeen(stored));
        miner.Take();
    }

    private async Task<CountedMiner> StartAsync(string access = "registered")
    {
        var counting = new FaultyStorage(_settings.Location);
        var running = await RunningMiner.StartAsync(
            null,
            [
                ("Bittbridge:Storage", counting.ConnectionString),
                ("Bittbridge:TablePrefix", _settings.TablePrefix[..17]),
                ("Bittbridge:Network", $"http://{_node.Authority}"),
                ("Bittbridge:Access", access),
                ("Bittbridge:Hotkey", TestSubnet.Bob.ToString()),
                ("Bittbridge:Prices:Source", "simulated"),
                // A wait of ten seconds is that of DeploymentWatching, and no other.
                ("Bittbridge:BudgetMs", "9000"),
            ],
            services =>
                services
                    .Replace(ServiceDescriptor.Singleton<TimeProvider>(_clock))
                    .Replace(ServiceDescriptor.Singleton<IForecastLog, TableForecastLog>())
                    // A request that is given up on a busy machine would be one operation more.
                    .Replace(
                        ServiceDescriptor.Singleton(provider => new MinerTables(
                            provider.GetRequiredService<MinerSettings>().Storage,
                            TimeSpan.FromMinutes(9)
                        ))
                    )
                    // Its checks would come at any time between the counts.
                    .Configure<HealthCheckPublisherOptions>(publishing => publishing.Delay = TimeSpan.FromDays(1))
        );
        var miner = new CountedMiner(counting, running, _clock);
        await Polling.UntilAsync(() => miner.HasSeen("GET nonces") && miner.HasSeen("GET models"));
        return miner;
    }

    /// <summary>The rows of the documentation's table: the work and its operations.</summary>
    private static Dictionary<string, int> Documented() =>
        Row().Matches(Documentation()).ToDictionary(row => row.Groups["work"].Value, row => int.Parse(row.Groups["count"].Value));

    private static string Documentation() =>
        File.ReadAllText(RepositoryFolder.At("docs", "performance.md")).ReplaceLineEndings("\n").Split("## Storage operations")[1];

    [GeneratedRegex(@"^\| (?<work>[^|]+) \| (?<count>\d+) \|", RegexOptions.ExplicitCapture | RegexOptions.Multiline)]
    private static partial Regex Row();

    /// <summary>A miner and the operations that it asks of storage.</summary>
    private sealed class CountedMiner(FaultyStorage storage, RunningMiner miner, TimeProvider clock) : IAsyncDisposable
    {
        // One connection, so that the next request begins when all work that follows an answer has begun.
        private readonly HttpClient _client = new(new SocketsHttpHandler { MaxConnectionsPerServer = 1 }) { BaseAddress = miner.Address };

        public T Get<T>()
            where T : notnull => miner.Services.GetRequiredService<T>();

        public bool HasSeen(string operation) => storage.Operations.Contains(operation);

        /// <summary>The operations since the last call.</summary>
        public IReadOnlyList<string> Take() => storage.Take();

        /// <summary>Sends a challenge, and waits for the work that follows the answer.</summary>
        public async Task AskAsync(string name)
        {
            using var validator = new TestValidator(name, clock);
            using var request = validator.Ask();
            using var response = await _client.SendAsync(request, Ct);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            await ReadAsync("/health/live");
            await Get<PendingWork>().FinishAsync(Ct);
        }

        public async Task ReadAsync(string path)
        {
            using var response = await _client.GetAsync(path, Ct);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        public async ValueTask DisposeAsync()
        {
            _client.Dispose();
            await miner.DisposeAsync();
            await storage.DisposeAsync();
        }
    }
}
