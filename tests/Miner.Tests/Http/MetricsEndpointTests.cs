using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Bittbridge.Bittensor.Authentication;
using Bittbridge.Miner.Access;
using Bittbridge.Miner.Forecasting;
using Bittbridge.Miner.Telemetry;
using Bittbridge.Miner.Tests.Access;
using Bittbridge.Miner.Tests.Forecasting;
using Bittbridge.Miner.Tests.Telemetry;
using Bittbridge.Models;
using Bittbridge.Models.Scoring;
using Bittbridge.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Bittbridge.Miner.Tests.Http;

[Collection(AloneCollection.Name)]
public sealed partial class MetricsEndpointTests
{
    private const string Token = "6d8f4ac21b9e4d7fa7c3e0b15d92f864";

    private static readonly (string, string) On = ("Bittbridge:Metrics", "prometheus");

    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null)]
    [InlineData("off")]
    public async Task Without_the_setting_the_path_is_unknown_to_the_operator_too(string? value)
    {
        await using var miner = await RunningMiner.StartAsync(
            FixedPrices.Until(Now),
            settings: value is null ? [] : [("Bittbridge:Metrics", value)]
        );

        using var response = await miner.Client.GetAsync("/metrics", Ct);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal(
            """{"message":"Synapse name \u0027metrics\u0027 not found. Available synapses [\u0027Synapse\u0027, \u0027Challenge\u0027]"}""",
            await response.Content.ReadAsStringAsync(Ct)
        );
    }

    [Fact]
    public async Task A_challenge_and_a_refusal_move_their_numbers()
    {
        await using var miner = await RunningMiner.StartAsync(FixedPrices.Until(Now), settings: [On]);
        var before = await ScrapeAsync(miner);

        using var answered = await miner.Client.PostAsJsonAsync("/Challenge", new { timestamp = TimeProvider.System.GetUtcNow() }, Ct);
        using var refused = await miner.Client.GetAsync("/Challenge", Ct);

        Assert.Equal((0, 0), (Answered(before), Refused(before)));
        var after = await ScrapeAsync(miner, text => Answered(text) > 0 && Refused(text) > 0);
        Assert.Equal((1, 1), (Answered(after), Refused(after)));
        Assert.Equal(1, after.Sum("bittbridge_forecasts_total", ("bittbridge_outcome", "model")));
        Assert.InRange(after.Sum("bittbridge_price_age_seconds"), 0, 600);

        static double Answered(PrometheusText text) =>
            text.Sum(
                "bittbridge_request_duration_seconds_count",
                ("bittbridge_outcome", "answered"),
                ("bittbridge_wire_format", "unsigned")
            );

        static double Refused(PrometheusText text) =>
            text.Sum(
                "bittbridge_request_duration_seconds_count",
                ("error_type", "method_not_allowed"),
                ("http_response_status_code", "405")
            );
    }

    [Fact]
    public async Task Each_histogram_has_the_buckets_of_what_it_measures()
    {
        await using var miner = await RunningMiner.StartAsync(FixedPrices.Until(Now), settings: [On]);
        Measure(miner);
        var scraped = await ScrapeAsync(miner);

        double[] seconds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
            errors = [0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01],
            scores = [0, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.75, 1];
        Assert.Equal(seconds, Bounds("bittbridge_request_duration_seconds_bucket"));
        Assert.Equal(seconds, Bounds("bittbridge_request_stage_duration_seconds_bucket"));
        Assert.Equal(errors, Bounds("bittbridge_forecast_error_bucket"));
        Assert.Equal(errors, Bounds("bittbridge_forecast_last_price_error_bucket"));
        Assert.Equal(scores, Bounds("bittbridge_forecast_interval_score_bucket"));

        IEnumerable<double> Bounds(string name) =>
            scraped
                .Samples.Where(sample => sample.Name == name)
                .Select(sample => sample.Labels["le"])
                .Where(bound => bound != "+Inf")
                .Select(bound => double.Parse(bound, CultureInfo.InvariantCulture))
                .Distinct();
    }

    [Fact]
    public async Task It_is_the_operator_s_by_the_rule_of_health_details()
    {
        await using var miner = await RunningMiner.StartAsync(FixedPrices.Until(Now), settings: [On, ("Bittbridge:Operator:Token", Token)]);

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(_ => { }));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(request => request.Headers.Add("X-Forwarded-For", "192.0.2.1")));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(request => request.Headers.Host = "miner.example"));
        Assert.Equal(
            HttpStatusCode.OK,
            await StatusAsync(request =>
            {
                request.Headers.Host = "miner.example";
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token);
            })
        );
        using var refused = await miner.Client.SendAsync(new(HttpMethod.Get, "/metrics") { Headers = { Host = "miner.example" } }, Ct);
        Assert.DoesNotContain("bittbridge_", await refused.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);

        // Another method is no scrape.
        using var posted = await miner.Client.PostAsync("/metrics", null, Ct);
        Assert.Equal(HttpStatusCode.NotFound, posted.StatusCode);

        async Task<HttpStatusCode> StatusAsync(Action<HttpRequestMessage> change)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
            change(request);
            using var response = await miner.Client.SendAsync(request, Ct);
            return response.StatusCode;
        }
    }

    [Fact]
    public async Task What_strangers_send_becomes_no_label()
    {
        await using var miner = await RunningMiner.StartAsync(FixedPrices.Until(Now), settings: [On]);
        foreach (var request in new[] { "MARKER /marker", "POST /Challenge?marker", "GET /marker/marker" })
        {
            await miner.SendRawAsync(
                Encoding.ASCII.GetBytes(
                    $"{request} HTTP/1.1\r\nHost: marker\r\nUser-Agent: marker\r\nmarker: marker\r\nConnection: close\r\n\r\n"
                )
            );
        }

        var scraped = await ScrapeAsync(
            miner,
            text => text.Sum("bittbridge_request_duration_seconds_count", ("error_type", "not_found")) == 2
        );

        Assert.DoesNotContain(
            scraped.Samples.SelectMany(sample => sample.Labels.Values),
            value => value.Contains("marker", StringComparison.OrdinalIgnoreCase)
        );
    }

    /// <summary>Each name and each label of the dashboard is one that a scrape has, unit and suffix included.</summary>
    [Fact]
    public async Task The_dashboard_reads_exported_metrics_only_and_every_instrument()
    {
        await using var miner = await RunningMiner.StartAsync(FixedPrices.Until(Now), settings: [On]);
        Measure(miner);
        var exported = (await ScrapeAsync(miner))
            .Samples.Where(sample => sample.Name.StartsWith("bittbridge_", StringComparison.Ordinal))
            .ToLookup(sample => sample.Name, sample => sample.Labels);
        var queries = Queries();

        // Else the labels and values of a query would not be compared.
        Assert.Contains("error_type", queries.SelectMany(LabelsOf));
        Assert.Contains("covered", queries.SelectMany(query => ValueOf().Matches(query).Select(match => match.Groups["value"].Value)));

        var read = queries.SelectMany(query => MetricName().Matches(query).Select(match => match.Value)).ToHashSet(StringComparer.Ordinal);
        Assert.Every(
            read,
            name => Assert.True(exported.Contains(name), $"{name} is not among {string.Join(", ", exported.Select(e => e.Key))}")
        );
        Assert.Every(
            queries,
            query =>
            {
                var labels = MetricName()
                    .Matches(query)
                    .SelectMany(name => exported[name.Value])
                    .SelectMany(known => known.Keys)
                    .Append("instance")
                    .ToHashSet(StringComparer.Ordinal);
                Assert.All(LabelsOf(query), label => Assert.True(labels.Contains(label), $"No series has {label} in {query}"));
                Assert.All(
                    ValueOf()
                        .Matches(query)
                        .SelectMany(match => match.Groups["value"].Value.Split('|').Select(value => (match.Groups["name"].Value, value))),
                    asked =>
                        Assert.True(
                            exported.SelectMany(series => series).Any(known => known.GetValueOrDefault(asked.Value) == asked.value)
                                || KnownElsewhere.Contains(asked.value),
                            $"{asked} is no value in {query}"
                        )
                );
            }
        );

        var instruments = Regex
            .Matches(
                File.ReadAllText(RepositoryFolder.At("docs", "metrics.md")),
                @"^\| `(bittbridge[a-z._]+)` \| (\w+), (\S+) \|",
                RegexOptions.Multiline
            )
            .Select(row => row.Groups[1].Value.Replace('.', '_'));
        Assert.Every(instruments, name => Assert.Contains(read, used => used.StartsWith(name, StringComparison.Ordinal)));
    }

    /// <summary>Each panel and the variable of the dashboard ask the data source that its user picks.</summary>
    [Fact]
    public void The_dashboard_names_no_data_source_of_its_author()
    {
        var sources = Descendants(Dashboard)
            .Where(element => element.ValueKind == JsonValueKind.Object && element.TryGetProperty("datasource", out _))
            .Select(element => element.GetProperty("datasource").GetProperty("uid").GetString())
            .ToList();

        Assert.NotEmpty(sources);
        Assert.Every(sources, source => Assert.Equal("${datasource}", source));
        var panels = Dashboard.GetProperty("panels").EnumerateArray().ToList();
        Assert.Distinct(panels.Select(panel => panel.GetProperty("id").GetInt32()));
        Assert.Every(panels, panel => Assert.False(string.IsNullOrEmpty(panel.GetProperty("title").GetString())));
    }

    /// <summary>Outcomes of <see cref="Measure"/>'s instruments that it does not bring about.</summary>
    private static readonly string[] KnownElsewhere = ["failed"];

    private static JsonElement Dashboard =>
        JsonDocument.Parse(File.ReadAllText(RepositoryFolder.At("infra", "monitoring", "grafana.json"))).RootElement;

    private static List<string> Queries() =>
        [
            .. Descendants(Dashboard)
                .Where(element => element.ValueKind == JsonValueKind.Object && element.TryGetProperty("expr", out _))
                .Select(element => element.GetProperty("expr").GetString()!),
        ];

    private static IEnumerable<JsonElement> Descendants(JsonElement element) =>
        element.ValueKind switch
        {
            JsonValueKind.Object => element.EnumerateObject().SelectMany(property => Descendants(property.Value)).Prepend(element),
            JsonValueKind.Array => element.EnumerateArray().SelectMany(Descendants),
            _ => [element],
        };

    private static IEnumerable<string> LabelsOf(string query) =>
        ByClause()
            .Matches(query)
            .SelectMany(by => by.Groups["labels"].Value.Split(", "))
            .Concat(ValueOf().Matches(query).Select(match => match.Groups["name"].Value))
            .Append("instance");

    /// <summary>A series of each instrument.</summary>
    private static void Measure(RunningMiner miner)
    {
        var metrics = miner.Services.GetRequiredService<MinerMetrics>();
        var model = new ModelId("mine", "7");
        metrics.Answered("answered", null, TimeSpan.FromMilliseconds(3));
        metrics.Refused(RefusalReason.Replayed, 401, WireFormat.V10, TimeSpan.FromMilliseconds(3));
        metrics.Begin("admit").Dispose();
        metrics.Forecast("model");
        foreach (var role in Enum.GetValues<ForecastRole>())
        {
            var forecast = new ScoredForecast(Now, 7.1, PredictionInterval.Around(7.1, 0.01), 7.1, 7.105);
            metrics.Scored(model, role, new(forecast, Now, 3));
        }

        metrics.CircuitChanged(model, CircuitState.Open);
        metrics.Reserved(Miner.Replay.Reservation.Reserved);
        metrics.OutageBegan();
        metrics.Polled(new(1, null));
        metrics.Called(1);
        miner.Services.GetRequiredService<KnownValidators>().Take(new(new ValidatorSnapshot(TestSubnet.At(), Now), null));
    }

    /// <summary>Scrapes until the text is as it should be: the exporter repeats its answer for a part of a second.</summary>
    private static async Task<PrometheusText> ScrapeAsync(RunningMiner miner, Func<PrometheusText, bool>? isReached = null)
    {
        for (var tries = 0; ; tries++)
        {
            using var response = await miner.Client.GetAsync("/metrics", Ct);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal("text/plain", response.Content.Headers.ContentType?.MediaType);
            var body = await response.Content.ReadAsStringAsync(Ct);
            var text = new PrometheusText(body);
            if (isReached is null || isReached(text))
            {
                return text;
            }

            Assert.True(tries < 300, body);
            await Task.Delay(50, Ct);
        }
    }

    [GeneratedRegex(@"bittbridge_\w+(?=[\[{])", RegexOptions.CultureInvariant)]
    private static partial Regex MetricName();

    [GeneratedRegex(@"by \((?<labels>[^)]*)\)", RegexOptions.ExplicitCapture)]
    private static partial Regex ByClause();

    [GeneratedRegex(@"(?<name>\w+)(=|!=|=~)""(?<value>[^""$]*)""", RegexOptions.ExplicitCapture)]
    private static partial Regex ValueOf();
}
