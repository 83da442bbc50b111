using System.Net;
using System.Text.Json;
using Bittbridge.Bittensor.Authentication;
using Bittbridge.Miner.Tests.Forecasting;
using Bittbridge.Miner.Tests.Http;
using Bittbridge.Miner.Tests.Storage;
using Bittbridge.Models;
using Bittbridge.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Bittbridge.Miner.Tests.Access;

/// <summary>The whole miner on a socket, with real storage and a chain: who is answered, and what a stranger learns.</summary>
public sealed class AccessEndpointTests(TestStorage storage)
{
    [Fact]
    public async Task From_its_start_on_the_miner_reads_the_chain_and_then_answers_those_with_a_permit()
    {
        await using var node = new RecordedNode(TestSubnet.At());
        await using var miner = await StartAsync($"http://{node.Authority}");

        // Before any challenge.
        await Polling.UntilAsync(() => node.Requests.Count >= 4);
        Assert.Equal((HttpStatusCode.OK, null), await AskOnceReadyAsync(miner, "//Alice"));
        Assert.Equal(
            (HttpStatusCode.Forbidden, "Forbidden. Key is blacklisted: The hotkey has no validator permit in subnet 420."),
            await AskAsync(miner, "//Charlie")
        );
        Assert.Equal(
            (HttpStatusCode.Forbidden, "Forbidden. Key is blacklisted: The hotkey is not registered in subnet 420."),
            await AskAsync(miner, "//Dave")
        );
    }

    [Fact]
    public async Task A_hanging_chain_delays_neither_a_start_nor_a_challenge_and_health_says_why_no_caller_is_answered()
    {
        await using var node = new RecordedNode(TestSubnet.At())
        {
            MayAnswer = Task.Delay(Timeout.InfiniteTimeSpan, TestContext.Current.CancellationToken),
        };
        await using var miner = await StartAsync($"http://{node.Authority}");
        var (status, message) = await AskAsync(miner, "//Alice");
        Assert.Equal(
            (HttpStatusCode.ServiceUnavailable, "This miner can't tell at the moment who may call: ask again later."),
            (status, message)
        );
        var health = await HealthAsync(miner);
        Assert.Equal("Unhealthy", health.GetProperty("status").GetString());
        Assert.Contains("no caller is answered until one is read", health.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_signature_comes_before_the_permit_and_the_permit_before_the_nonce_and_the_forecast()
    {
        var runs = 0;
        await using var node = new RecordedNode(TestSubnet.At());
        await using var miner = await StartAsync(
            $"http://{node.Authority}",
            new OddModel(
                (_, _, _) =>
                {
                    Interlocked.Increment(ref runs);
                    return new(new Forecast(7.1));
                }
            )
        );
        Assert.Equal((HttpStatusCode.OK, null), await AskOnceReadyAsync(miner, "//Alice"));
        Assert.Equal(1, Volatile.Read(ref runs));

        using var charlie = new TestValidator("//Charlie");
        using var request = charlie.Ask();
        using var again = TestValidator.Again(request);
        using var forged = TestValidator.Again(request);
        var signature = forged.Headers.GetValues(HeaderNames.DendriteSignature).Single();
        forged.Headers.Remove(HeaderNames.DendriteSignature);
        forged.Headers.Add(HeaderNames.DendriteSignature, "0x" + (signature[2] == '0' ? '1' : '0') + signature[3..]);

        Assert.Equal(HttpStatusCode.Unauthorized, (await AskAsync(miner, forged)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await AskAsync(miner, request)).Status);
        // Were its nonce taken, it would be used now.
        Assert.Equal(HttpStatusCode.Forbidden, (await AskAsync(miner, again)).Status);
        Assert.Equal(1, Volatile.Read(ref runs));
    }

    private static async Task<(HttpStatusCode Status, string? Message)> AskAsync(RunningMiner miner, string caller)
    {
        using var validator = new TestValidator(caller);
        using var request = validator.Ask();
        return await AskAsync(miner, request);
    }

    private static async Task<(HttpStatusCode Status, string? Message)> AskOnceReadyAsync(RunningMiner miner, string caller)
    {
        while ((await HealthAsync(miner)).GetProperty("status").GetString() != "Healthy")
        {
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }

        return await AskAsync(miner, caller);
    }

    private static async Task<(HttpStatusCode Status, string? Message)> AskAsync(RunningMiner miner, HttpRequestMessage request)
    {
        using var response = await miner.Client.SendAsync(request, TestContext.Current.CancellationToken);
        var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return (
            response.StatusCode,
            JsonDocument.Parse(body).RootElement.TryGetProperty("message", out var message) ? message.GetString() : null
        );
    }

    private static async Task<JsonElement> HealthAsync(RunningMiner miner)
    {
        using var response = await miner.Client.GetAsync("/health/details", TestContext.Current.CancellationToken);
        return JsonDocument
            .Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))
            .RootElement.GetProperty("parts")
            .GetProperty("access");
    }

    private Task<RunningMiner> StartAsync(string network, OddModel? model = null)
    {
        var settings = storage.NewSettings();
        return RunningMiner.StartAsync(
            FixedPrices.Until(TimeProvider.System.GetUtcNow()),
            [
                ("Bittbridge:Access", "permit"),
                ("Bittbridge:Hotkey", TestValidator.Miner.ToString()),
                ("Bittbridge:Replay", "memory"),
                ("Bittbridge:Network", network),
                ("Bittbridge:Storage", settings.Location),
                ("Bittbridge:TablePrefix", settings.TablePrefix[..20]),
            ],
            services =>
            {
                if (model is not null)
                {
                    services.AddSingleton<IPredictionModel>(model);
                }
            },
            model is null ? [] : [("Bittbridge:Model", model.Id.Name)]
        );
    }
}
