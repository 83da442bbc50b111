using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using Azure.Identity;
using Azure.Monitor.OpenTelemetry.Exporter;
using Bittbridge.Bittensor.Authentication;
using Bittbridge.Miner;
using Bittbridge.Miner.Challenges;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Http;
using Bittbridge.Miner.Telemetry;
using Bittbridge.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Bittbridge.Functions.Tests;

/// <summary>The worker's telemetry, received over real sockets.</summary>
[Collection(Meters)]
public sealed class TelemetryTests(PublishedApp app)
{
    /// <summary>Tests of an exporter run one after another: it collects every meter with the miner's name in the process.</summary>
    internal const string Meters = "meters";

    private const string Started = " starts: model ";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task With_Application_Insights_every_line_arrives_though_traces_are_sampled()
    {
        await using var receiver = new StandInReceiver();
        await RunAsync(receiver, LogFortyAnswers);

        var lines = Received(receiver);
        Assert.Equal(40, lines.Count(line => Event(line) == "3000 Answered"));
    }

    [Fact]
    public async Task With_Application_Insights_lines_that_are_logged_while_services_start_arrive()
    {
        await using var receiver = new StandInReceiver();
        await RunAsync(receiver, _ => { });

        var lines = Received(receiver);
        Assert.Single(lines, line => Event(line) == "5000 Started");
        Assert.Single(lines, line => Event(line) == "3004 SignaturesAreNotChecked");
        Assert.Single(lines, line => Event(line) == "3005 UnknownSetting");
    }

    /// <summary>The queries of the alerts and the workbook read these properties.</summary>
    [Fact]
    public async Task With_Application_Insights_a_line_has_its_number_its_name_and_its_values_and_is_readable()
    {
        await using var receiver = new StandInReceiver();
        await RunAsync(
            receiver,
            services =>
            {
                var logger = Logger(services);
                ChallengeLog.Answered(logger, "5FHn", "last-price@1", "coingecko", 12.3);
                ChallengeLog.Failed(logger, new InvalidOperationException("odd"), "1f");
            }
        );

        var lines = Received(receiver);
        var answered = Assert.Single(lines, line => Event(line) == "3000 Answered");
        Assert.Equal("MessageData", answered.GetProperty("baseType").GetString());
        var (message, values) = (
            answered.GetProperty("baseData").GetProperty("message").GetString(),
            answered.GetProperty("baseData").GetProperty("properties")
        );
        Assert.Equal("Answered 5FHn by last-price@1 from coingecko prices in 12.3 ms", message);
        Assert.Equal(
            ("5FHn", "last-price@1", "coingecko", "12.3"),
            (Value(values, "Caller"), Value(values, "Model"), Value(values, "Source"), Value(values, "Ms"))
        );
        var failed = Assert.Single(lines, line => Event(line) == "3003 Failed");
        Assert.Equal("ExceptionData", failed.GetProperty("baseType").GetString());
        Assert.Equal("1f", Value(failed.GetProperty("baseData").GetProperty("properties"), "Id"));
    }

    /// <summary>The alert server-errors and the workbook read these names and values.</summary>
    [Fact]
    public async Task With_Application_Insights_a_metric_has_its_name_its_count_and_its_attributes()
    {
        await using var receiver = new StandInReceiver();
        await RunAsync(
            receiver,
            services =>
            {
                var metrics = services.GetRequiredService<MinerMetrics>();
                metrics.Refused(RefusalReason.NonceStoreUnavailable, 503, WireFormat.V10, TimeSpan.FromMilliseconds(3));
                metrics.Refused(RefusalReason.NonceStoreUnavailable, 503, WireFormat.V10, TimeSpan.FromMilliseconds(5));
            }
        );

        var sent = Received(receiver)
            .Where(item => item.GetProperty("baseType").GetString() == "MetricData")
            .Select(item => item.GetProperty("baseData"))
            .Single(item => item.GetProperty("metrics")[0].GetProperty("name").GetString() == "bittbridge.request.duration");
        var (point, attributes) = (sent.GetProperty("metrics")[0], sent.GetProperty("properties"));
        Assert.Equal((2, 8), (point.GetProperty("count").GetInt32(), Math.Round(1000 * point.GetProperty("value").GetDouble(), 6)));
        Assert.Equal(
            ("refused", "nonce_store_unavailable", "v10", "503"),
            (
                Value(attributes, "bittbridge.outcome"),
                Value(attributes, "error.type"),
                Value(attributes, "bittbridge.wire.format"),
                Value(attributes, "http.response.status_code")
            )
        );
    }

    /// <summary>The identity endpoint of the platform is stood in for. It refuses, so that nothing is sent to Azure.</summary>
    [Fact]
    public async Task With_Application_Insights_the_exporter_asks_for_a_token_as_the_identity_that_the_app_was_given()
    {
        const string ClientId = "11111111-2222-3333-4444-555555555555";
        var asked = new ConcurrentQueue<string>();
        await using var platform = new StandInServer(context =>
        {
            asked.Enqueue(context.Request.Query["client_id"].ToString());
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return context.Response.WriteAsync("{}", context.RequestAborted);
        });
        var builder = Builder(
            ("APPLICATIONINSIGHTS_CONNECTION_STRING", "InstrumentationKey=00000000-0000-0000-0000-000000000000"),
            ("AZURE_CLIENT_ID", ClientId)
        );
        builder.Services.AddTelemetry(builder.Configuration);
        Environment.SetEnvironmentVariable("IDENTITY_ENDPOINT", platform.Url + "/msi/token");
        Environment.SetEnvironmentVariable("IDENTITY_HEADER", "the-platforms-own");
        try
        {
            await using var services = builder.Services.BuildServiceProvider();
            var exporter = services.GetRequiredService<IOptions<AzureMonitorExporterOptions>>().Value;

            await Assert.ThrowsAnyAsync<AuthenticationFailedException>(() =>
                exporter.Credential.GetTokenAsync(new(["https://monitor.azure.com//.default"]), Ct).AsTask()
            );

            Assert.Every(asked, one => Assert.Equal(ClientId, one));
        }
        finally
        {
            Environment.SetEnvironmentVariable("IDENTITY_ENDPOINT", null);
            Environment.SetEnvironmentVariable("IDENTITY_HEADER", null);
        }
    }

    /// <summary>The exporter needs no routing of its own, and none of Application Insights' metrics is lost beside it.</summary>
    [Theory]
    [InlineData("prometheus", 200)]
    [InlineData("off", 404)]
    public async Task Prometheus_reads_the_metrics_from_the_function_where_the_setting_asks_for_it(string setting, int status)
    {
        await using var receiver = new StandInReceiver();
        await RunAsync(
            receiver,
            services =>
            {
                services.GetRequiredService<MinerMetrics>().OutageBegan();
                var context = new DefaultHttpContext { RequestServices = services, Response = { Body = new MemoryStream() } };
                (context.Request.Method, context.Request.Path) = ("GET", "/metrics");
                var answering = services.GetRequiredService<MinerEndpoints>().MetricsAsync(context);
                answering.WaitAsync(TimeSpan.FromMinutes(3), Ct).GetAwaiter().GetResult();
                Assert.Equal(status, context.Response.StatusCode);
                context.Response.Body.Position = 0;
                using var reader = new StreamReader(context.Response.Body);
                Assert.Equal(status == 200 ? 1 : 0, new PrometheusText(reader.ReadToEnd()).Sum("bittbridge_nonce_outages_total"));
            },
            ("Bittbridge:Metrics", setting)
        );

        Assert.Contains("bittbridge.nonce.outages", string.Concat(receiver.To("/v2.1/track")), StringComparison.Ordinal);
        Assert.DoesNotContain("dotnet.process", string.Concat(receiver.To("/v2.1/track")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_framework_s_lines_of_every_request_are_left_out_and_its_warnings_are_not()
    {
        await using var receiver = new StandInReceiver();
        await RunAsync(
            receiver,
            services =>
            {
                foreach (
                    var category in new[]
                    {
                        "Microsoft.AspNetCore.Hosting.Diagnostics",
                        "Azure.Core",
                        "System.Net.Http.HttpClient.chain.LogicalHandler",
                        "Polly",
                    }
                )
                {
                    var logger = services.GetRequiredService<ILoggerFactory>().CreateLogger(category);
#pragma warning disable CA1848, CA2254
                    logger.LogInformation("chatter of " + category);
                    logger.LogWarning("warning of " + category);
#pragma warning restore CA1848, CA2254
                }
            }
        );

        var all = string.Join('\n', receiver.To("/v2.1/track"));
        Assert.DoesNotContain("chatter of", all, StringComparison.Ordinal);
        Assert.Equal(4, all.Split("\"message\":\"warning of ").Length - 1);
    }

    [Fact]
    public async Task With_a_collector_alone_the_worker_sends_its_lines_there_itself()
    {
        await using var receiver = new StandInReceiver();
        await RunAsync(
            receiver,
            LogFortyAnswers,
            ("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.Url),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
            ("APPLICATIONINSIGHTS_CONNECTION_STRING", null)
        );

        var logs = string.Concat(receiver.To("/v1/logs"));
        Assert.Equal(40, logs.Split("Answered 5FHn").Length - 1);
        Assert.Contains(Started, logs, StringComparison.Ordinal);
        Assert.Contains("bittbridge-miner", logs, StringComparison.Ordinal);
        Assert.Empty(receiver.To("/v2.1/track"));
    }

    [Theory]
    [InlineData("collector.example:4317")]
    [InlineData("the-collector")]
    [InlineData("ftp://collector.example/?key=secret")]
    public void A_collector_that_is_no_URL_is_refused_in_one_sentence_that_does_not_repeat_it(string endpoint)
    {
        var builder = Builder(("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint));
        var message = Assert.Throws<SettingsException>(() => builder.Services.AddTelemetry(builder.Configuration)).Message;
        Assert.StartsWith("The setting OTEL_EXPORTER_OTLP_ENDPOINT is not a URL (not shown", message, StringComparison.Ordinal);
        Assert.DoesNotContain(endpoint, message, StringComparison.Ordinal);
    }

    /// <summary>
    /// The worker's defaults for OpenTelemetry replace the scope from which the host learns which invocation a line belongs to, and it
    /// drops a line without one.
    /// </summary>
    [Theory]
    [InlineData(null, null, false)]
    [InlineData(null, "http://127.0.0.1:4318", false)]
    [InlineData("InstrumentationKey=00000000-0000-0000-0000-000000000000", null, true)]
    public void Without_Application_Insights_the_worker_s_own_logging_is_left_as_it_is(string? connection, string? collector, bool changes)
    {
        var builder = FunctionsApplication.CreateBuilder([]);
        builder.ConfigureFunctionsWebApplication();
        builder.Configuration["APPLICATIONINSIGHTS_CONNECTION_STRING"] = connection;
        builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector;
        var before = OfTheWorker(builder.Services);
        builder.Services.AddTelemetry(builder.Configuration);
        Assert.Equal(changes, !before.SequenceEqual(OfTheWorker(builder.Services)));
    }

    /// <summary>The program as it is deployed, started by a host that accepts its stream.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_the_deployed_program_logs_at_its_start_reaches_host_and_collector(bool toCollector)
    {
        await using var host = new StandInReceiver(HttpProtocols.Http2);
        await using var collector = new StandInReceiver();
        string[] args = [app.At("Bittbridge.Functions.dll"), .. WorkerArguments.Of(host.Url)];
        var start = new ProcessStartInfo("dotnet", args) { WorkingDirectory = app.At() };
        foreach (var (name, value) in Settings)
        {
            start.Environment[name.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        if (toCollector)
        {
            start.Environment["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Url;
            start.Environment["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf";
        }

        using var worker = Process.Start(start)!;
        try
        {
            await (toCollector ? collector : host).HasAsync(Started);
            Assert.False(worker.HasExited);
        }
        finally
        {
            worker.Kill();
            await worker.WaitForExitAsync(Ct);
        }
    }

    private static (string Name, string? Value)[] Settings =>
        [
            ("ASPNETCORE_ENVIRONMENT", "Development"),
            ("DOTNET_ENVIRONMENT", "Development"),
            ("AZURE_FUNCTIONS_ENVIRONMENT", "Development"),
            ("Bittbridge:Access", "open"),
            ("Bittbridge:Network", "http://127.0.0.1:1"),
            ("Bittbridge:Storage", StorageEmulator.Unreachable()),
            ("Bittbridge:Typo", "1"),
        ];

    /// <summary>A head without its services, in Development and with nothing in reach; a later setting replaces an earlier one.</summary>
    internal static HostApplicationBuilder Builder(params (string Name, string? Value)[] settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        foreach (var (name, value) in Settings.Concat(settings))
        {
            builder.Configuration[name] = value;
        }

        return builder;
    }

    /// <summary>The worker's services, put together as the program does, run and stopped, so that everything is sent.</summary>
    private static async Task RunAsync(
        StandInReceiver receiver,
        Action<IServiceProvider> work,
        params (string Name, string? Value)[] settings
    )
    {
        // The exporter's own statistics are not tested.
        Environment.SetEnvironmentVariable("APPLICATIONINSIGHTS_STATSBEAT_DISABLED", "true");
        var connection =
            $"InstrumentationKey=00000000-0000-0000-0000-000000000000;IngestionEndpoint={receiver.Url}/;LiveEndpoint={receiver.Url}/";
        var builder = Builder([("APPLICATIONINSIGHTS_CONNECTION_STRING", connection), .. settings]);
        builder.Services.AddTelemetry(builder.Configuration);
        builder.Services.AddMiner(builder.Configuration);

        // A token may not go out in the clear.
        builder.Services.PostConfigureAll<AzureMonitorExporterOptions>(exporter =>
            (exporter.Credential, exporter.DisableOfflineStorage) = (null, true)
        );
        using var host = builder.Build();
        await host.StartAsync(Ct);
        work(host.Services);
        await host.StopAsync(Ct);
    }

    private static void LogFortyAnswers(IServiceProvider services)
    {
        using var source = new ActivitySource("Microsoft.Azure.Functions.Worker");
        for (var i = 0; i < 40; i++)
        {
            using var invocation = source.StartActivity("Invoke");
            ChallengeLog.Answered(Logger(services), $"5FHn{i}", "last-price@1", "coingecko", 12.3);
        }
    }

    private static ILogger Logger(IServiceProvider services) =>
        services.GetRequiredService<ILoggerFactory>().CreateLogger("Bittbridge.Miner.MinerEndpoints");

    private static List<JsonElement> Received(StandInReceiver receiver) =>
        [
            .. receiver
                .To("/v2.1/track")
                .SelectMany(body => body.Split('\n', StringSplitOptions.RemoveEmptyEntries))
                .Select(line => JsonSerializer.Deserialize<JsonElement>(line).GetProperty("data")),
        ];

    private static string? Event(JsonElement line) =>
        line.GetProperty("baseData").TryGetProperty("properties", out var properties)
            ? $"{Value(properties, "EventId")} {Value(properties, "EventName")}"
            : null;

    private static string? Value(JsonElement properties, string name) =>
        properties.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static List<string> OfTheWorker(IServiceCollection services) =>
        [
            .. services
                .Where(service => service.ToString().Contains("Functions.Worker", StringComparison.Ordinal))
                .Select(service => service.ToString()),
        ];
}
