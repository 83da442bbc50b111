using System.Net;
using System.Text.RegularExpressions;
using Bittbridge.Miner.Challenges;
using Bittbridge.Miner.Forecasting;
using Bittbridge.Miner.Housekeeping;
using Bittbridge.Miner.Tests.Access;
using Bittbridge.Miner.Tests.Http;
using Bittbridge.Miner.Tests.Storage;
using Bittbridge.Miner.TrackRecord;
using Bittbridge.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Time.Testing;

namespace Bittbridge.Miner.Tests.Hosting;

/// <summary>
/// What the miner's work costs in storage operations, once its tables exist. docs/performance.md lists these figures and computes the cost
/// of a month from them.
/// </summary>
public sealed partial class StorageOperationsTests(TestStorage storage)
{
    private const int MaxRefreshes = 3;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_kind_of_work_costs_the_operations_that_the_documentation_lists()
    {
        var documented = Documented();
        var known = new Dictionary<string, int>(StringComparer.Ordinal);
        // In the morning, since a day's first poll and scoring cost more.
        var clock = new FakeTimeProvider(new DateTimeOffset(TimeProvider.System.GetUtcNow().Date, TimeSpan.Zero).AddHours(9));
        var settings = storage.NewSettings();
        await using var counting = new FaultyStorage(settings.Location);
        await using var node = new RecordedNode(TestSubnet.At());
        await using var miner = await RunningMiner.StartAsync(
            null,
            [
                ("Bittbridge:Storage", counting.ConnectionString),
                ("Bittbridge:TablePrefix", settings.TablePrefix[..17]),
                ("Bittbridge:Network", $"http://{node.Authority}"),
                ("Bittbridge:Access", "registered"),
                ("Bittbridge:Hotkey", TestSubnet.Bob.ToString()),
                ("Bittbridge:Prices:Source", "simulated"),
            ],
            services =>
                services
                    .Replace(ServiceDescriptor.Singleton<TimeProvider>(clock))
                    .Replace(ServiceDescriptor.Singleton<IForecastLog, TableForecastLog>())
                    // Its checks would come at any time between the counts.
                    .RemoveAll<IHealthCheckPublisher>()
        );
        var late = 0;
        var (poll, housekeeping, counts) = (
            miner.Services.GetRequiredService<PollAndScore>(),
            miner.Services.GetRequiredService<HousekeepingRunner>(),
            miner.Services.GetRequiredService<InstanceCounts>()
        );
        using var alice = new TestValidator("//Alice", clock);
        using var charlie = new TestValidator("//Charlie", clock);

        // The first run of each makes the tables and fills them.
        await housekeeping.RunAsync(Ct);
        await poll.RunAsync(Ct);
        await AskAsync(miner, alice);
        await Polling.UntilAsync(() => counting.Operations.Contains("POST forecasts"));
        counting.Take();

        await AskAsync(miner, alice);
        Assert.Equal(["POST nonces"], await TakeAsync("a further challenge of a caller within a slot"));
        await AskAsync(miner, charlie);
        Assert.Equal(["POST nonces", "PATCH forecasts"], await TakeAsync("the first challenge of a caller in a slot"));
        await counts.StoreAsync(Ct);
        Assert.Equal(["PUT trackrecord"], await TakeAsync("storing the counts of an instance"));

        for (var i = 0; i < 4; i++)
        {
            clock.Advance(TimeSpan.FromMinutes(5));
            await poll.RunAsync(Ct);
            if (i == 0)
            {
                // Scoring begins at the first forecast.
                counting.Take();
                late = MaxRefreshes;
                continue;
            }

            await TakeAsync("a poll and the scoring after it", MaxRefreshes);
        }

        clock.Advance(TimeSpan.FromMinutes(45));
        await poll.RunAsync(Ct);
        await TakeAsync("a poll that scores forecasts", MaxRefreshes);
        await housekeeping.RunAsync(Ct);
        await TakeAsync("housekeeping", MaxRefreshes);
        using var page = await miner.Client.GetAsync("/api/dashboard", Ct);
        await TakeAsync("an update of the dashboard", MaxRefreshes);
        Assert.Empty(documented);

        // The caches of prices, models and validators refresh in the background, so one of their reads may come with the next work: as many
        // as are missing here may be too many there.
        async Task<IReadOnlyList<string>> TakeAsync(string work, int refreshes = 0)
        {
            Assert.True(documented.Remove(work, out var count) || known.TryGetValue(work, out count), $"{work} is not documented");
            known[work] = count;
            await Polling.UntilAsync(() => counting.Operations.Count >= count - refreshes);
            var operations = counting.Take();
            Assert.True(
                operations.Count <= count + (refreshes > 0 ? late : 0) && operations.Count >= count - refreshes,
                $"{work}: {count} documented, {late} may be late ones, {string.Join(", ", operations)}"
            );
            late = Math.Clamp(late + count - operations.Count, 0, MaxRefreshes);
            return operations;
        }
    }

    private static async Task AskAsync(RunningMiner miner, TestValidator validator)
    {
        using var request = validator.Ask();
        using var response = await miner.Client.SendAsync(request, Ct);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    /// <summary>The rows of the documentation's table: the work and its operations.</summary>
    private static Dictionary<string, int> Documented() =>
        Row()
            .Matches(File.ReadAllText(RepositoryFolder.At("docs", "performance.md")).Split("## Storage operations")[1])
            .ToDictionary(row => row.Groups["work"].Value, row => int.Parse(row.Groups["count"].Value));

    [GeneratedRegex(@"^\| (?<work>[^|]+) \| (?<count>\d+) \|", RegexOptions.ExplicitCapture | RegexOptions.Multiline)]
    private static partial Regex Row();
}
