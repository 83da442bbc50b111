using System.Net;
using Bittbridge.Testing;

namespace Bittbridge.EndToEnd.Tests.Starting;

/// <summary>The metrics of a running miner as Prometheus reads them.</summary>
[Collection(MinerCollection.Name)]
public sealed class MetricsTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_next_scrape_has_the_challenge_of_a_validator_the_polls_and_the_process()
    {
        await using var emulator = await StorageEmulator.StartNewAsync(Ct);
        await using var miner = await SelfHostProcess.StartAsync(
            emulator.ConnectionString,
            new Dictionary<string, string?> { ["Bittbridge__Metrics"] = "prometheus", ["BITTBRIDGE_PRICES_SCHEDULE"] = "*/2 * * * * *" }
        );
        using var client = new HttpClient { BaseAddress = miner.Address };
        var before = Answered(await ScrapeAsync(client));

        await miner.UntilAnsweredAsync();

        var after = await ScrapeAsync(client);
        await Eventually.TrueAsync(
            async () =>
                Answered(after = await ScrapeAsync(client)) > before
                && after.Sum("bittbridge_price_polls_total") > 0
                && after.Sum("bittbridge_nonce_store_available") == 1,
            () => StartCommand.Text(miner.LastLines)
        );
        Assert.Equal(before + 1, Answered(after));
        Assert.InRange(after.Sum("bittbridge_price_age_seconds"), 0, 600);
        Assert.True(after.Sum("dotnet_process_memory_working_set_bytes") > 0);
        Assert.Equal(1, after.Sum("target_info", ("service_name", "bittbridge-miner")));

        // The metrics of .NET take no label from a request either.
        using var strange = new HttpRequestMessage(new("MARKER"), "marker?marker") { Headers = { { "User-Agent", "marker" } } };
        strange.Headers.Host = "marker.example";
        using var unknown = await client.SendAsync(strange, Ct);
        await Eventually.TrueAsync(
            async () =>
                (after = await ScrapeAsync(client)).Sum("http_server_request_duration_seconds_count", ("http_request_method", "_OTHER"))
                > 0,
            () => StartCommand.Text(miner.LastLines)
        );
        Assert.DoesNotContain(
            after.Samples.SelectMany(sample => sample.Labels.Values),
            value => value.Contains("marker", StringComparison.OrdinalIgnoreCase)
        );

        using var proxied = new HttpRequestMessage(HttpMethod.Get, "metrics") { Headers = { { "X-Forwarded-For", "192.0.2.1" } } };
        using var refused = await client.SendAsync(proxied, Ct);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
    }

    private static async Task<PrometheusText> ScrapeAsync(HttpClient client) => new(await client.GetStringAsync("metrics", Ct));

    private static double Answered(PrometheusText text) =>
        text.Sum("bittbridge_request_duration_seconds_count", ("bittbridge_outcome", "answered"), ("bittbridge_wire_format", "v10"));
}
