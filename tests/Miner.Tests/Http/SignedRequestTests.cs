using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Bittbridge.Bittensor.Authentication;
using Bittbridge.Bittensor.Keys;
using Bittbridge.Bittensor.Wire;
using Bittbridge.Miner.Challenges;
using Bittbridge.Miner.Forecasting;
using Bittbridge.Miner.Tests.Forecasting;
using Bittbridge.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Bittbridge.Miner.Tests.Http;

/// <summary>Signed requests over a socket, and what the limits make of them.</summary>
public sealed class SignedRequestTests
{
    [Fact]
    public async Task A_request_is_answered_once()
    {
        await using var miner = await StartAsync();
        using var alice = new TestValidator("//Alice");
        using var request = alice.Ask();
        using var again = TestValidator.Again(request);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(miner, request));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(miner, again));
    }

    [Fact]
    public async Task The_caller_is_recorded_by_its_address()
    {
        var log = new RememberedForecasts();
        await using var miner = await StartAsync(services: services => services.Replace(ServiceDescriptor.Singleton<IForecastLog>(log)));
        using var alice = new TestValidator("//Alice");
        using var request = alice.Ask();
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(miner, request));
        while (log.Records.IsEmpty)
        {
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }

        Assert.Equal(alice.Address.ToString(), Assert.Single(log.Records).Caller);
    }

    [Fact]
    public async Task A_validator_of_another_task_learns_of_it_and_is_named_to_the_operator()
    {
        await using var miner = await StartAsync();
        using var alice = new TestValidator("//Alice");
        var sixHoursAhead = TimeProvider.System.GetUtcNow().ToOffset(TimeSpan.FromHours(-5)).AddHours(6);
        for (var i = 0; i < 2; i++)
        {
            using var request = alice.Ask(body: $$"""{"timestamp":"{{sixHoursAhead:yyyy-MM-dd'T'HH:mm:sszzz}}"}""");
            using var refused = await miner.Client.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
            Assert.Contains(
                "clock, which is another task: this miner forecasts USDT/CNY one hour from now and nothing else.",
                await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
                StringComparison.Ordinal
            );
        }

        var details = await miner.Client.GetStringAsync("/health/details", TestContext.Current.CancellationToken);
        Assert.Contains($"{alice.Address} asks for forecasts 6 h ahead (2 times)", details, StringComparison.Ordinal);
    }

    [Fact]
    public void A_caller_that_writes_its_key_for_another_network_is_recorded_by_the_same_address()
    {
        using var key = DevelopmentKey.Derive("//Alice");
        var caller = new Caller(new(key.Address.PublicKey, 0), TestValidator.Miner.PublicKey, WireFormat.V10, "s", 1, default, default);
        Assert.Equal(key.Address.ToString(), new ChallengeAnswer(null!, null!, caller, HasPermit: false).CallerName);
    }

    [Fact]
    public async Task A_target_that_names_scheme_and_host_is_signed_by_its_path_and_query()
    {
        await using var miner = await StartAsync();
        using var key = DevelopmentKey.Derive("//Alice");
        var now = TimeProvider.System.GetUtcNow();
        var body = Encoding.UTF8.GetBytes($$"""{"timestamp":"{{ChallengeTimestamp.Format(now)}}"}""");
        var headers = new BtAuthSigner(key).Sign("POST", "/Challenge?a=%2Fb", body, TestValidator.Miner, UnixNanoseconds.Of(now));
        var head =
            $"POST http://x/Challenge?a=%2Fb HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {body.Length}\r\n"
            + string.Concat(headers.Select(header => $"{header.Key}: {header.Value}\r\n"))
            + "\r\n";
        Assert.StartsWith("HTTP/1.1 200", await miner.SendRawAsync([.. Encoding.ASCII.GetBytes(head), .. body]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plain_synapse_is_echoed_only_to_permitted_callers()
    {
        await using var miner = await StartAsync();
        using var alice = new TestValidator("//Alice");
        using var request = alice.Ask(SynapseNames.Synapse, "{}");
        using var again = TestValidator.Again(request);
        using var response = await miner.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("Synapse", response.Headers.GetValues("name").Single());
        var echo = await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        Assert.Equal("Synapse", echo.GetProperty("name").GetString());
        Assert.Equal(alice.Address.ToString(), echo.GetProperty("dendrite").GetProperty("hotkey").GetString());
        Assert.Equal(200, echo.GetProperty("axon").GetProperty("status_code").GetInt32());

        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(miner, again));
        using var unsigned = new HttpRequestMessage(HttpMethod.Post, "/Synapse") { Content = new StringContent("{}") };
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(miner, unsigned));
        Assert.Equal(
            HttpStatusCode.MethodNotAllowed,
            (await miner.Client.GetAsync("/Synapse", TestContext.Current.CancellationToken)).StatusCode
        );
        Assert.Equal(
            HttpStatusCode.NotFound,
            (await miner.Client.PostAsync("/synapse", null, TestContext.Current.CancellationToken)).StatusCode
        );
    }

    [Fact]
    public async Task A_caller_above_its_rate_limit_gets_429_and_others_are_answered()
    {
        await using var miner = await StartAsync(settings: ("Bittbridge:Limits:PerCallerPerMinute", "2"));
        using var alice = new TestValidator("//Alice");
        using var charlie = new TestValidator("//Charlie");
        List<HttpStatusCode> statuses = [];
        for (var i = 0; i < 3; i++)
        {
            using var request = alice.Ask();
            statuses.Add(await StatusAsync(miner, request));
        }

        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.TooManyRequests], statuses);
        using var other = charlie.Ask();
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(miner, other));
    }

    [Fact]
    public async Task What_a_stranger_sends_again_uses_up_nothing_of_the_callers_share()
    {
        await using var miner = await StartAsync(settings: ("Bittbridge:Limits:PerCallerPerMinute", "2"));
        using var alice = new TestValidator("//Alice");
        using var request = alice.Ask();
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(miner, request));
        for (var i = 0; i < 20; i++)
        {
            using var again = TestValidator.Again(request);
            Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(miner, again));
        }

        using var next = alice.Ask();
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(miner, next));
    }

    [Fact]
    public async Task Too_many_strangers_get_a_bare_429_and_honest_callers_their_answers()
    {
        await using var miner = await StartAsync(settings: ("Bittbridge:Limits:PerSecond", "1"));
        using var alice = new TestValidator("//Alice");
        var refused = await Task.WhenAll(
            Enumerable
                .Range(0, 20)
                .Select(_ => miner.Client.PostAsync("/Challenge", new StringContent("{}"), TestContext.Current.CancellationToken))
        );
        for (var i = 0; i < 20; i++)
        {
            using var honest = alice.Ask();
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(miner, honest));
        }

        var (explained, bare) = (Of(HttpStatusCode.Unauthorized), Of(HttpStatusCode.TooManyRequests));
        Assert.Equal(20, explained.Count + bare.Count);
        Assert.Every(explained, response => Assert.NotEqual(0, response.Content.Headers.ContentLength));
        Assert.Every(bare, response => Assert.Equal(0, response.Content.Headers.ContentLength));

        List<HttpResponseMessage> Of(HttpStatusCode status) => [.. refused.Where(response => response.StatusCode == status)];
    }

    [Fact]
    public async Task A_verified_callers_own_mistake_is_explained_however_many_strangers_call()
    {
        await using var miner = await StartAsync(settings: ("Bittbridge:Limits:PerSecond", "1"));
        using var alice = new TestValidator("//Alice");
        for (var i = 0; i < 10; i++)
        {
            await miner.Client.PostAsync("/Challenge", new StringContent("{}"), TestContext.Current.CancellationToken);
        }

        using var mistake = alice.Ask(body: """{"timestamp":"1970-01-01T00:00:00Z"}""");
        using var response = await miner.Client.SendAsync(mistake, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("1970", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    private static async Task<HttpStatusCode> StatusAsync(RunningMiner miner, HttpRequestMessage request)
    {
        using var response = await miner.Client.SendAsync(request, TestContext.Current.CancellationToken);
        return response.StatusCode;
    }

    private static Task<RunningMiner> StartAsync(
        Action<IServiceCollection>? services = null,
        params (string Name, string Value)[] settings
    ) =>
        RunningMiner.StartAsync(
            FixedPrices.Until(TimeProvider.System.GetUtcNow()),
            [("Bittbridge:Access", "signed"), ("Bittbridge:Hotkey", TestValidator.Miner.ToString()), ("Bittbridge:Replay", "memory")],
            services ?? (_ => { }),
            settings
        );
}
