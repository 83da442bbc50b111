using System.Globalization;
using System.Net;
using System.Text.Json;
using Bittbridge.Bittensor.Wire;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Forecasting;
using Bittbridge.Miner.Http;
using Bittbridge.Miner.Replay;
using Bittbridge.Miner.Storage;
using Bittbridge.Miner.Tests.Forecasting;
using Bittbridge.Miner.Tests.Http;
using Bittbridge.Miner.Tests.Prices;
using Bittbridge.Miner.Tests.Storage;
using Bittbridge.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Bittbridge.Miner.Tests.Replay;

/// <summary>What storage decides about a request reaches its caller, over a socket: a refusal and no forecast.</summary>
public sealed class ReplayEndpointTests(TestStorage storage)
{
    private static readonly TimeSpan Budget = TimeSpan.FromMilliseconds(600);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(SynapseNames.Challenge, "durable")]
    [InlineData(SynapseNames.Challenge, "strict")]
    [InlineData(SynapseNames.Synapse, "durable")]
    public async Task A_request_that_another_instance_has_answered_is_refused(string synapse, string mode)
    {
        var (settings, clock, log) = (storage.NewSettings(), new WatchedClock(), new RememberedForecasts());
        await using var one = await StartAsync(mode, settings, clock, log);
        await using var other = await StartAsync(mode, settings, clock, log);
        using var alice = new TestValidator("//Alice", clock);
        using var request = alice.Ask(synapse);
        using var again = TestValidator.Again(request);

        Assert.Equal(HttpStatusCode.OK, (await SendAsync(one, request)).Status);
        var (status, body) = await SendAsync(other, again);
        Assert.Equal(HttpStatusCode.Unauthorized, status);
        Assert.Equal(
            "Not Verified with error: Nonce was used before: every request is signed anew",
            Assert.Single(body.EnumerateObject()).Value.GetString()
        );
    }

    [Fact]
    public async Task Strict_answers_no_one_while_storage_is_out_of_reach()
    {
        var clock = new WatchedClock();
        await using var miner = await StartAsync("strict", new(StorageEmulator.Unreachable()), clock, new RememberedForecasts());
        using var alice = new TestValidator("//Alice", clock);
        using var request = alice.Ask();
        var (status, body) = await SendAsync(miner, request);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Equal(
            "This miner can't tell now whether the request came before: sign it anew and try again later.",
            Assert.Single(body.EnumerateObject()).Value.GetString()
        );
    }

    [Fact]
    public async Task Storage_that_replies_within_800_ms_decides_about_a_request_whose_body_came_after_the_budget() =>
        Assert.Equal([200, 401], await RaceAsync(TimeSpan.FromMilliseconds(799), repliesThen: true));

    /// <remarks>A limit of the mode: storage that replies to nothing in that time is an outage.</remarks>
    [Fact]
    public async Task Storage_that_replies_to_nothing_for_800_ms_leaves_such_a_request_to_the_memory_of_each_instance() =>
        Assert.Equal([200, 200], await RaceAsync(TimeSpan.FromMilliseconds(800), repliesThen: false));

    /// <summary>
    /// Sends one request to two instances: its head at once, and its body when a budget that ran from the head would be spent. Storage is
    /// silent from then on for some time.
    /// </summary>
    /// <param name="isSilentFor">By the clock of both instances, from the insert of the nonce on.</param>
    /// <param name="repliesThen">Whether it replies after that time, or only after both have answered.</param>
    /// <returns>Both statuses, the lower one first.</returns>
    private async Task<IEnumerable<int>> RaceAsync(TimeSpan isSilentFor, bool repliesThen)
    {
        var (settings, clock, log) = (storage.NewSettings(), new WatchedClock(), new RememberedForecasts());
        await using var slow = new FaultyStorage(settings.Location);
        var budget = ("Bittbridge:BudgetMs", Budget.TotalMilliseconds.ToString(CultureInfo.InvariantCulture));
        await using var one = await StartAsync("durable", settings.Through(slow), clock, log, budget);
        await using var other = await StartAsync("durable", settings.Through(slow), clock, log, budget);
        using var alice = new TestValidator("//Alice", clock);
        foreach (var miner in new[] { one, other })
        {
            // From the first reply on the wait for storage is the usual one.
            using var first = alice.Ask();
            Assert.Equal(HttpStatusCode.OK, (await SendAsync(miner, first)).Status);
        }

        await Polling.UntilAsync(() => log.Records.Count == 2);
        clock.Forget();
        var (bodies, replies) = (
            new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously),
            new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
        );
        slow.Pause = replies.Task;
        using var request = alice.Ask();
        var answers = new[] { one, other }.Select(miner => miner.SendLateAsync(request, () => bodies.Task)).ToList();
        await clock.WaitBeginsAsync(BodyReader.MaxTime);
        await clock.WaitBeginsAsync(BodyReader.MaxTime);
        clock.Advance(Budget);
        bodies.SetResult();
        await clock.WaitBeginsAsync(NonceStore.HedgingDelay);
        await clock.WaitBeginsAsync(NonceStore.HedgingDelay);
        clock.Advance(isSilentFor);
        if (repliesThen)
        {
            Assert.Every(answers, answer => Assert.False(answer.IsCompleted));
            replies.SetResult();
        }

        var answered = await Task.WhenAll(answers).WaitAsync(TimeSpan.FromMinutes(3), Ct);
        replies.TrySetResult();
        return answered.Select(answer => int.Parse(answer.AsSpan(9, 3), CultureInfo.InvariantCulture)).Order();
    }

    private static async Task<(HttpStatusCode Status, JsonElement Body)> SendAsync(RunningMiner miner, HttpRequestMessage request)
    {
        using var response = await miner.Client.SendAsync(request, Ct);
        return (response.StatusCode, JsonDocument.Parse(await response.Content.ReadAsStringAsync(Ct)).RootElement);
    }

    /// <summary>Starts a miner for which only its clock ends a wait for storage, however busy the machine is.</summary>
    private static Task<RunningMiner> StartAsync(
        string mode,
        StorageSettings settings,
        TimeProvider clock,
        RememberedForecasts log,
        params (string Name, string Value)[] more
    ) =>
        RunningMiner.StartAsync(
            FixedPrices.Until(clock.GetUtcNow()),
            [
                ("Bittbridge:Access", "signed"),
                ("Bittbridge:Hotkey", TestValidator.Miner.ToString()),
                ("Bittbridge:Replay", mode),
                ("Bittbridge:Storage", settings.Location),
                ("Bittbridge:TablePrefix", settings.TablePrefix[..Math.Min(20, settings.TablePrefix.Length)]),
            ],
            services =>
                services
                    .Replace(ServiceDescriptor.Singleton(clock))
                    .Replace(ServiceDescriptor.Singleton<IForecastLog>(log))
                    .Replace(
                        ServiceDescriptor.Singleton(provider => new MinerTables(
                            provider.GetRequiredService<MinerSettings>().Storage,
                            TimeSpan.FromMinutes(9)
                        ))
                    ),
            more
        );
}
