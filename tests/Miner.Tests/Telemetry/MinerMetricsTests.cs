using System.Diagnostics.Metrics;
using System.Net.Http.Json;
using System.Text;
using System.Text.RegularExpressions;
using Bittbridge.Bittensor.Authentication;
using Bittbridge.Bittensor.Keys;
using Bittbridge.Bittensor.Wire;
using Bittbridge.Miner.Access;
using Bittbridge.Miner.Forecasting;
using Bittbridge.Miner.Replay;
using Bittbridge.Miner.Telemetry;
using Bittbridge.Miner.Tests.Access;
using Bittbridge.Miner.Tests.Forecasting;
using Bittbridge.Miner.Tests.Http;
using Bittbridge.Models;
using Bittbridge.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Time.Testing;

namespace Bittbridge.Miner.Tests.Telemetry;

public sealed class MinerMetricsTests
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_challenge_is_measured_by_outcome_and_stage_and_a_refusal_by_its_reason()
    {
        await using var miner = await RunningMiner.StartAsync(FixedPrices.Until(Now));
        using var heard = Of(miner);
        using var answered = await miner.Client.PostAsJsonAsync("/Challenge", new { timestamp = TimeProvider.System.GetUtcNow() }, Ct);
        Assert.True(answered.IsSuccessStatusCode);
        using var refused = await miner.Client.GetAsync("/Challenge", Ct);
        using var malformed = await miner.Client.PostAsJsonAsync("/Challenge", new { }, Ct);

        await heard.UntilAsync("bittbridge.request.stage.duration bittbridge.stage=record");
        await heard.UntilAsync("bittbridge.forecasts bittbridge.outcome=model");
        await heard.UntilAsync(
            "bittbridge.request.duration bittbridge.outcome=answered bittbridge.wire.format=unsigned http.response.status_code=200"
        );
        await heard.UntilAsync(Refused("method_not_allowed", 405));
        await heard.UntilAsync(Refused("malformed", 400));
        Assert.Every(
            heard.Measurements.Where(measured => measured.Key.Contains(".duration", StringComparison.Ordinal)),
            measured => Assert.InRange(measured.Value, 0, 60)
        );
    }

    [Fact]
    public async Task The_gauges_show_the_ages_of_prices_and_validators_an_open_circuit_and_an_outage()
    {
        var clock = new FakeTimeProvider(new(2026, 11, 24, 4, 3, 0, TimeSpan.Zero));
        var model = new OddModel((_, _, _) => throw new InvalidOperationException("a defect of the model"));
        await using var miner = await RunningMiner.StartAsync(
            FixedPrices.Until(clock.GetUtcNow()),
            [("Bittbridge:Model", model.Id.Name), ("Bittbridge:Replay", "memory")],
            services => services.AddSingleton<IPredictionModel>(model).Replace(ServiceDescriptor.Singleton<TimeProvider>(clock))
        );
        using var heard = Of(miner);
        heard.Collect();

        for (var run = 0; run < 3; run++)
        {
            await miner.Services.GetRequiredService<ForecastService>().ForecastAsync(TimeSpan.FromSeconds(10), Ct);
        }

        Assert.True(miner.Services.GetRequiredService<NonceStoreBreaker>().Failed(clock.GetTimestamp(), "storage is down"));
        var list = ValidatorRecord.Empty.Told(TestSubnet.At(), clock.GetUtcNow());
        miner.Services.GetRequiredService<KnownValidators>().Take(list);
        clock.Advance(TimeSpan.FromSeconds(90));
        heard.Collect();

        // At first there is no list. The newest price is three minutes old.
        Assert.Equal([90], heard.Of("bittbridge.validators.age"));
        Assert.Equal([180, 270], heard.Of("bittbridge.price.age"));
        Assert.Equal([0, 1], heard.Of("bittbridge.model.circuit.open"));
        Assert.Equal([1, 0], heard.Of("bittbridge.nonce.store.available"));
    }

    [Fact]
    public async Task Each_reason_of_a_refusal_and_each_wire_format_has_its_own_value()
    {
        await using var miner = await StartSignedAsync(("Bittbridge:Limits:PerCallerPerMinute", "2"));
        using var heard = Of(miner);
        using var alice = new TestValidator("//Alice");
        using var charlie = new TestValidator("//Charlie");

        using var first = alice.Ask();
        using var replayed = TestValidator.Again(first);
        await SendAsync(miner, first, "answered bittbridge.wire.format=v10 http.response.status_code=200");
        await SendAsync(miner, replayed, Reason("replayed", "v10", 401));
        using var ping = alice.Ask(SynapseNames.Synapse);
        await SendAsync(miner, ping, "echoed bittbridge.wire.format=v10 http.response.status_code=200");
        using var tooOften = alice.Ask();
        await SendAsync(miner, tooOften, Reason("rate_limited", "v10", 429));

        using var otherTask = charlie.Ask(body: Body(TimeProvider.System.GetUtcNow().AddHours(6)));
        await SendAsync(miner, otherTask, Reason("other_task", "v10", 400));
        using var wrongTime = charlie.Ask(body: Body(TimeProvider.System.GetUtcNow().AddMinutes(20)));
        await SendAsync(miner, wrongTime, Reason("wrong_time", "v10", 400));

        using var changed = alice.Ask();
        changed.Headers.Remove(HeaderNames.DendriteSignature);
        changed.Headers.TryAddWithoutValidation(HeaderNames.DendriteSignature, "0x" + new string('1', 128));
        await SendAsync(miner, changed, Reason("bad_signature", "v10", 401));
        using var unsigned = new HttpRequestMessage(HttpMethod.Post, "/Challenge") { Content = new StringContent("{}") };
        await SendAsync(miner, unsigned, Reason("not_signed", "unsigned", 401));
        using var large = new HttpRequestMessage(HttpMethod.Post, "/Challenge") { Content = new ByteArrayContent(new byte[20_000]) };
        await SendAsync(miner, large, Reason("too_large", "unsigned", 413));

        using var stale = BtAuth(TestValidator.Miner, TimeProvider.System.GetUtcNow().AddHours(-1));
        await SendAsync(miner, stale, Reason("stale", "btauth1", 401));
        using var elsewhere = BtAuth(alice.Address, TimeProvider.System.GetUtcNow());
        await SendAsync(miner, elsewhere, Reason("wrong_receiver", "btauth1", 401));
        using var unknown = new HttpRequestMessage(HttpMethod.Get, "/a/b/c");
        await SendAsync(miner, unknown, Reason("not_found", "unsigned", 404));
        using var proxied = new HttpRequestMessage(HttpMethod.Get, "/health/details");
        proxied.Headers.Add("X-Forwarded-For", "192.0.2.1");
        await SendAsync(miner, proxied, Reason("operator_only", "unsigned", 401));

        async Task SendAsync(RunningMiner to, HttpRequestMessage request, string outcome)
        {
            using var response = await to.Client.SendAsync(request, Ct);
            await heard.UntilAsync("bittbridge.request.duration bittbridge.outcome=" + outcome);
        }
    }

    [Fact]
    public async Task A_refusal_without_explanation_is_counted_by_its_reason_and_the_status_that_was_sent()
    {
        await using var miner = await StartSignedAsync(("Bittbridge:Limits:PerSecond", "1"));
        using var heard = Of(miner);
        for (var i = 0; i < 5; i++)
        {
            using var response = await miner.Client.PostAsync("/Challenge", new StringContent("{}"), Ct);
        }

        await heard.UntilAsync("bittbridge.request.duration bittbridge.outcome=" + Reason("not_signed", "unsigned", 429));
    }

    /// <summary>Each text of the request that its sender chooses goes into one request.</summary>
    [Fact]
    public async Task No_caller_can_add_a_value_of_an_attribute()
    {
        await using var miner = await StartSignedAsync();
        using var heard = Of(miner);
        string[] requests =
        [
            "POST /Challenge/marker HTTP/1.1\r\nHost: marker\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
            "MARKER /marker?marker=marker HTTP/1.1\r\nHost: marker\r\nConnection: close\r\n\r\n",
            "POST /Challenge HTTP/1.1\r\nHost: marker\r\nConnection: close\r\nContent-Length: 6\r\n"
                + string.Concat(
                    new[] { HeaderNames.DendriteHotkey, HeaderNames.BtAuthVersion, HeaderNames.BtAuthCrypto, "name", "marker" }.Select(
                        name => $"{name}: marker\r\n"
                    )
                )
                + "\r\nmarker",
        ];
        foreach (var request in requests)
        {
            Assert.StartsWith("HTTP/1.1 40", await miner.SendRawAsync(Encoding.ASCII.GetBytes(request)), StringComparison.Ordinal);
        }

        await heard.UntilAsync("bittbridge.request.duration bittbridge.outcome=" + Reason("malformed", "btauth1", 400));
        await heard.UntilAsync("bittbridge.request.duration bittbridge.outcome=" + Reason("not_found", "unsigned", 404));
        Assert.DoesNotContain(heard.Measurements, measured => measured.Key.Contains("marker", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task The_document_lists_every_instrument_with_its_kind_and_unit_and_no_other()
    {
        await using var miner = await RunningMiner.StartAsync(FixedPrices.Until(Now));
        using var heard = Of(miner);
        var listed = Regex
            .Matches(Document, @"^\| `([a-z._]+)` \| (\w+), (\S+) \|", RegexOptions.Multiline)
            .Select(row => $"{row.Groups[1]} {row.Groups[2]} {row.Groups[3]}")
            .Order(StringComparer.Ordinal);
        Assert.Equal(heard.Instruments.Order(StringComparer.Ordinal), listed);
    }

    [Fact]
    public void The_document_lists_every_reason_of_a_refusal_and_no_other() =>
        Assert.Equal(
            Enum.GetValues<RefusalReason>().Select(reason => MinerMetrics.Name(reason)).Order(StringComparer.Ordinal),
            Regex
                .Matches(Document, @"^\| `([a-z_]+)` \| \d", RegexOptions.Multiline)
                .Select(row => row.Groups[1].Value)
                .Order(StringComparer.Ordinal)
        );

    private static string Document => File.ReadAllText(RepositoryFolder.At("docs", "metrics.md"));

    private static HeardMetrics Of(RunningMiner miner) => new(miner.Services.GetRequiredService<IMeterFactory>());

    private static string Refused(string reason, int status) =>
        "bittbridge.request.duration bittbridge.outcome=" + Reason(reason, "unsigned", status);

    private static string Reason(string reason, string format, int status) =>
        $"refused error.type={reason} bittbridge.wire.format={format} http.response.status_code={status}";

    private static string Body(DateTimeOffset timestamp) => $$"""{"timestamp":"{{ChallengeTimestamp.Format(timestamp)}}"}""";

    private static HttpRequestMessage BtAuth(Ss58Address receiver, DateTimeOffset signedAt)
    {
        using var key = DevelopmentKey.Derive("//Dave");
        var body = Encoding.UTF8.GetBytes(Body(TimeProvider.System.GetUtcNow()));
        var request = new HttpRequestMessage(HttpMethod.Post, "/Challenge") { Content = new ByteArrayContent(body) };
        foreach (var (name, value) in new BtAuthSigner(key).Sign("POST", "/Challenge", body, receiver, UnixNanoseconds.Of(signedAt)))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }

    private static Task<RunningMiner> StartSignedAsync(params (string Name, string Value)[] settings) =>
        RunningMiner.StartAsync(
            FixedPrices.Until(Now),
            [("Bittbridge:Access", "signed"), ("Bittbridge:Hotkey", TestValidator.Miner.ToString()), ("Bittbridge:Replay", "memory")],
            _ => { },
            settings
        );
}
