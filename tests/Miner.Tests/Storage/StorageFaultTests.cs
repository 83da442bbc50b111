using System.Net;
using System.Text.Json;
using Azure.Data.Tables;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Forecasting;
using Bittbridge.Miner.Health;
using Bittbridge.Miner.Housekeeping;
using Bittbridge.Miner.Prices;
using Bittbridge.Miner.Prices.Sync;
using Bittbridge.Miner.Replay;
using Bittbridge.Miner.Storage;
using Bittbridge.Miner.Tests.Access;
using Bittbridge.Miner.Tests.Http;
using Bittbridge.Miner.Tests.Prices;
using Bittbridge.Miner.Tests.Replay;
using Bittbridge.Models;
using Bittbridge.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner.Tests.Storage;

/// <summary>The whole miner on a socket, with real storage behind each fault, and with a chain that works.</summary>
public sealed class StorageFaultTests(TestStorage storage)
{
    /// <summary>Longer than a test's clock goes on, so that no refusal is one of age.</summary>
    private static readonly TimeSpan SignedFor = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(60);

    /// <summary>A stopped clock, by which storage that replies is never too slow, however busy the machine is.</summary>
    private readonly WatchedClock _clock = new();

    private int _asked;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>By a stopped clock no reply is late; <see cref="ReplayOutageTests"/> has that fault.</summary>
    public static TheoryData<StorageFault> Faults => [.. Enum.GetValues<StorageFault>().Except([StorageFault.Late])];

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task In_each_fault_every_challenge_is_answered_and_after_it_the_miner_recovers_and_has_overwritten_nothing(
        StorageFault fault
    )
    {
        var settings = storage.NewSettings();
        settings = settings with { TablePrefix = settings.TablePrefix[..20] };
        await using var faulty = new FaultyStorage(settings.Location);
        await using var node = new RecordedNode(TestSubnet.At());
        var memoryDecides = fault is not (StorageFault.None or StorageFault.Slow);
        await using var miner = await StartAsync(settings.Through(faulty), node, replies: fault != StorageFault.Frozen);
        using var alice = new TestValidator("//Alice", _clock);
        var (prices, breaker, pending) = (
            miner.Services.GetRequiredService<PriceRefresh>(),
            miner.Services.GetRequiredService<NonceStoreBreaker>(),
            miner.Services.GetRequiredService<PendingNonces>()
        );

        // The list of validators, prices and a forecast are stored.
        await miner.Services.GetRequiredService<HousekeepingRunner>().RunAsync(Ct);
        Assert.Null((await prices.RefreshAsync(Ct)).Failure);
        await AskAsync(miner, alice);
        await Polling.UntilAsync(async () => Count(await StoredAsync(settings), MinerTables.Forecasts) == 1);
        var before = await StoredAsync(settings);

        // The next slot, in which a poll has a price to store.
        _clock.Advance(PriceSlot.Step);
        await AskAsync(miner, alice);
        Assert.StartsWith("{\"status\":\"Healthy\"", await HealthAsync(miner), StringComparison.Ordinal);

        faulty.Fault = fault;
        _clock.Forget();
        List<HttpRequestMessage> answered = [await AskAsync(miner, alice, fault == StorageFault.Frozen ? GiveUpStorageAsync : null)];
        answered.AddRange(await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => AskAsync(miner, alice))));

        Assert.Equal(memoryDecides, breaker.Outage is not null);
        _clock.Advance(MinerHealth.FreshFor);
        Assert.Contains(
            $"\"replay\":{{\"status\":\"{(memoryDecides ? "Degraded" : "Healthy")}\"}}",
            await HealthAsync(miner),
            StringComparison.Ordinal
        );

        // Storage that is silent ends a wait by the clock alone, and each call of a poll to it, or to one that is slow, takes seconds.
        if (fault != StorageFault.Frozen)
        {
            if (fault != StorageFault.Slow)
            {
                Assert.Equal(memoryDecides, (await prices.RefreshAsync(Ct)).Failure is not null);
            }

            // Now prices are read again before an answer, and storage is tried again.
            _clock.Advance(PriceReader.FreshFor);
            answered.Add(await AskAsync(miner, alice));
            answered.AddRange(await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => AskAsync(miner, alice))));
        }

        faulty.Fault = StorageFault.None;
        _clock.Advance(NonceStoreBreaker.BreakDuration);

        // No faster than the machine's clock, so that storage replies in time.
        await Polling.UntilAsync(() =>
        {
            _clock.Advance(TimeSpan.FromMilliseconds(20));
            return pending.Count == 0 && breaker.Outage is null;
        });

        // What was answered in the fault is refused by this process and by one that has only what is stored.
        await using var other = await StartAsync(settings, node);
        foreach (var again in answered)
        {
            await AssertUsedAsync(miner, TestValidator.Again(again));
            await AssertUsedAsync(other, again);
        }

        await AskAsync(miner, alice);
        for (var tries = 0; !(await HealthAsync(miner)).StartsWith("{\"status\":\"Healthy\"", StringComparison.Ordinal); tries++)
        {
            Assert.True(tries < 30, await HealthAsync(miner));
            _clock.Advance(MinerHealth.FreshFor);
            await AskAsync(miner, alice);
        }

        _clock.Advance(PriceSlot.Step);
        Assert.Null((await prices.RefreshAsync(Ct)).Failure);
        var after = await StoredAsync(settings);
        Assert.Every(before, row => Assert.Equal(row.Value, after.GetValueOrDefault(row.Key)));
        Assert.True(Count(after, MinerTables.Prices) > Count(before, MinerTables.Prices), "No price was stored after the fault.");
        Assert.Equal(_asked, Count(after, MinerTables.Nonces));
    }

    [Fact]
    public async Task On_a_kept_connection_the_next_challenge_is_answered_while_silent_storage_holds_the_record_of_the_last()
    {
        var settings = storage.NewSettings();
        settings = settings with { TablePrefix = settings.TablePrefix[..20] };
        var log = new KeptLog();
        await using var faulty = new FaultyStorage(settings.Location);
        await using var node = new RecordedNode(TestSubnet.At());
        await using var miner = await StartAsync(settings.Through(faulty), node, log);
        using var alice = new TestValidator("//Alice", _clock);
        using var kept = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 1 }) { BaseAddress = miner.Address };
        await miner.Services.GetRequiredService<HousekeepingRunner>().RunAsync(Ct);
        await PollAsync(miner);
        await AskAsync(miner, alice, client: kept);
        await Polling.UntilAsync(async () => Count(await StoredAsync(settings), MinerTables.Forecasts) == 1);
        await NextSlotAsync(miner);
        faulty.Take();
        faulty.Fault = StorageFault.Frozen;
        _clock.Forget();

        await AskAsync(miner, alice, GiveUpStorageAsync, kept);
        await Polling.UntilAsync(() => faulty.Operations.Contains("POST forecasts"));
        await AskAsync(miner, alice, client: kept);

        // The storage client has not given the write up.
        Assert.Equal(0, log.Count(2003));
    }

    [Fact]
    public async Task A_stop_waits_until_the_record_of_the_last_answer_is_stored()
    {
        var settings = storage.NewSettings();
        settings = settings with { TablePrefix = settings.TablePrefix[..20] };
        await using var slow = new FaultyStorage(settings.Location);
        await using var node = new RecordedNode(TestSubnet.At());
        // In memory, so that storage holds the record alone. The table that is not used then is read with the others.
        await new TableClient(settings.Location, settings.TablePrefix + MinerTables.Nonces).CreateIfNotExistsAsync(Ct);
        await using var miner = await StartAsync(settings.Through(slow), node, more: [("Bittbridge:Replay", "memory")]);
        using var alice = new TestValidator("//Alice", _clock);
        await miner.Services.GetRequiredService<HousekeepingRunner>().RunAsync(Ct);
        await PollAsync(miner);
        await AskAsync(miner, alice);
        await Polling.UntilAsync(async () => Count(await StoredAsync(settings), MinerTables.Forecasts) == 1);
        await NextSlotAsync(miner);
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        slow.Take();
        slow.Pause = goOn.Task;
        await AskAsync(miner, alice);
        await Polling.UntilAsync(() => slow.Operations.Contains("POST forecasts"));
        _clock.Forget();

        var stopping = miner.Services.GetRequiredService<IHost>().StopAsync(Ct);
        await _clock.WaitBeginsAsync(TimeSpan.FromSeconds(4));
        Assert.False(stopping.IsCompleted);
        goOn.SetResult();
        await stopping.WaitAsync(MaxWait, Ct);

        Assert.Equal(2, Count(await StoredAsync(settings), MinerTables.Forecasts));
    }

    /// <param name="settings">Its storage.</param>
    /// <param name="node">Its chain.</param>
    /// <param name="log">Its log.</param>
    /// <param name="replies">Whether storage replies to all, and so has as long as it takes on a busy machine.</param>
    /// <param name="more">More settings.</param>
    private Task<RunningMiner> StartAsync(
        StorageSettings settings,
        RecordedNode node,
        KeptLog? log = null,
        bool replies = false,
        params (string Name, string Value)[] more
    ) =>
        RunningMiner.StartAsync(
            null,
            [
                ("Bittbridge:Access", "permit"),
                ("Bittbridge:Hotkey", TestValidator.Miner.ToString()),
                ("Bittbridge:Network", $"http://{node.Authority}"),
                ("Bittbridge:Storage", settings.Location),
                ("Bittbridge:TablePrefix", settings.TablePrefix),
                ("Bittbridge:Prices:Source", "simulated"),
                ("Bittbridge:Limits:PerCallerPerMinute", "0"),
            ],
            services =>
                services
                    .Replace(
                        ServiceDescriptor.Singleton(
                            replies ? new MinerTables(settings, TimeSpan.FromMinutes(9)) : new MinerTables(settings)
                        )
                    )
                    .AddLogging(logging => logging.AddProvider(log ?? new KeptLog()))
                    .Replace(ServiceDescriptor.Singleton<TimeProvider>(_clock))
                    .Replace(ServiceDescriptor.Singleton<IForecastLog, TableForecastLog>())
                    // Its checks would read the prices at any time.
                    .RemoveAll<IHealthCheckPublisher>(),
            more
        );

    private static async Task PollAsync(RunningMiner miner) =>
        Assert.Null((await miner.Services.GetRequiredService<PriceRefresh>().RefreshAsync(Ct)).Failure);

    /// <summary>Goes on to the next slot, with a price of it in memory.</summary>
    private async Task NextSlotAsync(RunningMiner miner)
    {
        _clock.Advance(PriceSlot.Step);
        await PollAsync(miner);
        await miner.Services.GetRequiredService<IPrices>().CurrentAsync(Ct);
    }

    /// <summary>Sends a challenge, which must be answered with a forecast.</summary>
    /// <param name="miner">Who is asked.</param>
    /// <param name="validator">Who asks.</param>
    /// <param name="meanwhile">Run before the answer is waited for.</param>
    /// <param name="client">Sends it; one with a connection of its own when null.</param>
    /// <returns>The same request once more.</returns>
    private async Task<HttpRequestMessage> AskAsync(
        RunningMiner miner,
        TestValidator validator,
        Func<Task>? meanwhile = null,
        HttpClient? client = null
    )
    {
        _asked++;
        using var request = validator.Ask(timeout: SignedFor);
        var again = TestValidator.Again(request);
        var answering = (client ?? miner.Client).SendAsync(request, Ct);
        if (meanwhile is not null)
        {
            await meanwhile();
        }

        using var response = await answering;
        var body = await response.Content.ReadAsStringAsync(Ct);
        Assert.True(response.StatusCode == HttpStatusCode.OK, $"{response.StatusCode} {body}");
        Assert.Equal(JsonValueKind.Number, JsonDocument.Parse(body).RootElement.GetProperty("prediction").ValueKind);
        return again;
    }

    /// <summary>Lets the wait for silent storage pass, once the first try has begun it.</summary>
    private async Task GiveUpStorageAsync()
    {
        await _clock.WaitBeginsAsync(NonceStore.HedgingDelay);
        _clock.Advance(NonceStore.MaxWait);
    }

    private static async Task AssertUsedAsync(RunningMiner miner, HttpRequestMessage request)
    {
        using (request)
        {
            using var response = await miner.Client.SendAsync(request, Ct);
            var body = await response.Content.ReadAsStringAsync(Ct);
            Assert.True(response.StatusCode == HttpStatusCode.Unauthorized, $"{response.StatusCode} {body}");
            Assert.Contains("Nonce was used before", body, StringComparison.Ordinal);
        }
    }

    private static async Task<string> HealthAsync(RunningMiner miner)
    {
        using var response = await miner.Client.GetAsync("/health/ready", Ct);
        return await response.Content.ReadAsStringAsync(Ct);
    }

    /// <summary>The ETags of the rows of prices, forecasts and nonces, without the rows that each poll replaces.</summary>
    private static async Task<Dictionary<string, string>> StoredAsync(StorageSettings settings)
    {
        var stored = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in new[] { MinerTables.Prices, MinerTables.Forecasts, MinerTables.Nonces })
        {
            var table = new TableClient(settings.Location, settings.TablePrefix + name);
            await foreach (var row in table.QueryAsync<TableEntity>(cancellationToken: Ct))
            {
                if (row.PartitionKey != PriceSeries.Simulated.Name)
                {
                    stored[$"{name} {row.PartitionKey} {row.RowKey}"] = row.ETag.ToString();
                }
            }
        }

        return stored;
    }

    private static int Count(Dictionary<string, string> stored, string table) =>
        stored.Keys.Count(key => key.StartsWith($"{table} ", StringComparison.Ordinal));
}
