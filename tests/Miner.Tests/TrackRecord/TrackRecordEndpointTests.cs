using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bittbridge.Miner.Forecasting;
using Bittbridge.Miner.Prices;
using Bittbridge.Miner.Storage;
using Bittbridge.Miner.Tests.Forecasting;
using Bittbridge.Miner.Tests.Http;
using Bittbridge.Miner.Tests.Replay;
using Bittbridge.Miner.Tests.Storage;
using Bittbridge.Miner.TrackRecord;
using Bittbridge.Models;
using Bittbridge.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using static Bittbridge.Miner.Tests.TrackRecord.ScoringTest;

namespace Bittbridge.Miner.Tests.TrackRecord;

public sealed class TrackRecordEndpointTests
{
    private readonly FakeTimeProvider _clock = new(Noon);
    private readonly Miner.Configuration.StorageSettings _storage;
    private readonly ScoringTest _test;

    public TrackRecordEndpointTests(TestStorage storage)
    {
        _storage = storage.NewSettings();
        _test = new(_storage, _clock);
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Before_anything_is_scored_the_answer_is_empty()
    {
        await using var miner = await StartAsync();
        Assert.Equal(
            """{"series":"tether-cny","from":"2026-10-25","to":"2026-11-23","fallbackShare":null,"totals":[],"days":[],"slots":null}""",
            await AskAsync(miner, "")
        );
    }

    [Fact]
    public async Task Days_totals_and_slots_are_separate_by_model_and_role()
    {
        await SomeDaysAsync();
        await using var miner = await StartAsync();
        var answer = JsonDocument.Parse(await AskAsync(miner, "?from=2026-11-20&slots=true")).RootElement;

        Assert.Equal(
            ["exponential-smoothing@1 Active 2 2", "last-price@1 Fallback 1 1", "mine@7 Shadow 2 2"],
            answer
                .GetProperty("totals")
                .EnumerateArray()
                .Select(total =>
                    $"{total.GetProperty("model")} {total.GetProperty("role")} {total.GetProperty("days")} {total.GetProperty("scored")}"
                )
        );
        Assert.Equal(1 / 3d, answer.GetProperty("fallbackShare").GetDouble(), 12);
        Assert.Equal(5, answer.GetProperty("days").GetArrayLength());
        Assert.Equal(5, answer.GetProperty("slots").GetArrayLength());
        Assert.Equal("""{"Alice":1}""", answer.GetProperty("days")[0].GetProperty("callers").GetRawText());

        var one = JsonDocument.Parse(await AskAsync(miner, "?from=2026-11-22&to=2026-11-22&model=mine")).RootElement;
        Assert.Equal("mine@7", Assert.Single(one.GetProperty("days").EnumerateArray()).GetProperty("model").GetString());

        var active = JsonDocument.Parse(await AskAsync(miner, "?from=2026-11-20&model=exponential-smoothing")).RootElement;
        Assert.Equal(JsonValueKind.Null, active.GetProperty("fallbackShare").ValueKind);
    }

    [Theory]
    [InlineData("?format=csv", "")]
    [InlineData("", "text/csv")]
    [InlineData("", "application/json;q=0.5, text/csv")]
    public async Task It_is_available_as_csv(string query, string accept)
    {
        await SomeDaysAsync();
        await using var miner = await StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/track-record" + query);
        request.Headers.TryAddWithoutValidation("Accept", accept);
        using var response = await miner.Client.SendAsync(request, Ct);
        Assert.Equal("text/csv", response.Content.Headers.ContentType?.MediaType);
        var lines = (await response.Content.ReadAsStringAsync(Ct)).TrimEnd('\n').Split('\n');
        Assert.Equal(6, lines.Length);
        Assert.StartsWith("day,model,role,answered,scored,meanAbsoluteError,", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("2026-11-22,exponential-smoothing@1,Active,1,1,", lines[1], StringComparison.Ordinal);
        Assert.Every(lines, line => Assert.Equal(23, line.Split(',').Length));
    }

    [Fact]
    public async Task An_answer_with_the_callers_ETag_is_not_sent_again()
    {
        await SomeDaysAsync();
        await using var miner = await StartAsync();
        using var first = await miner.Client.GetAsync("/api/track-record", Ct);
        Assert.Equal((true, TimeSpan.FromMinutes(1)), (first.Headers.CacheControl?.Private, first.Headers.CacheControl?.MaxAge));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/track-record");
        request.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var second = await miner.Client.SendAsync(request, Ct);
        Assert.Equal((HttpStatusCode.NotModified, 0), (second.StatusCode, (await second.Content.ReadAsByteArrayAsync(Ct)).Length));

        await _test.RecordAsync(ForecastFor(Noon.AddHours(1)));
        _clock.Advance(TimeSpan.FromHours(1));
        await _test.ObserveAsync(new PricePoint(_clock.GetUtcNow(), 7.1));
        await _test.ScoreAsync();
        using var again = new HttpRequestMessage(HttpMethod.Get, "/api/track-record");
        again.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var third = await miner.Client.SendAsync(again, Ct);
        Assert.Equal(HttpStatusCode.OK, third.StatusCode);
    }

    [Fact]
    public async Task An_invalid_query_is_answered_with_the_remedy()
    {
        await using var miner = await StartAsync();
        using var response = await miner.Client.GetAsync("/api/track-record?from=x&slots=2&day=1&format=xml", Ct);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(
            [
                "from: 'x' can't be used: use a UTC day such as 2026-11-23.",
                "slots: '2' can't be used: use true or false.",
                "format: use json or csv.",
                "An unknown parameter: use only from, to, model, slots and format.",
            ],
            JsonNode.Parse(await response.Content.ReadAsStringAsync(Ct))!["problems"]!.AsArray().Select(problem => (string)problem!)
        );
    }

    [Fact]
    public async Task A_forecast_whose_hour_is_not_over_is_never_returned()
    {
        const double Secret = 7.123456789;
        await _test.RecordAsync(ForecastFor(Noon), ForecastFor(Noon.AddMinutes(10), Secret), ForecastFor(Noon.AddMinutes(55), Secret));
        await _test.ObserveAsync(new PricePoint(Noon, 7.1));
        await _test.ScoreAsync();
        await using var miner = await StartAsync();
        await NotToldAsync();

        // Also where a clock was set back after the scoring.
        _clock.Advance(TimeSpan.FromHours(1));
        await _test.ObserveAsync(new PricePoint(Noon.AddMinutes(10), 7.1), new PricePoint(Noon.AddMinutes(55), 7.1));
        await _test.ScoreAsync();
        Assert.Contains("7.123456789", await AskAsync(miner, "?slots=true"), StringComparison.Ordinal);
        await using var back = await StartAsync(new FakeTimeProvider(Noon));
        Assert.Contains("\"scored\":1", await AskAsync(back, ""), StringComparison.Ordinal);
        Assert.DoesNotContain("7.12345", await AskAsync(back, "?slots=true"), StringComparison.Ordinal);

        async Task NotToldAsync()
        {
            foreach (
                var query in new[]
                {
                    "",
                    "?slots=true",
                    "?format=csv",
                    "?format=csv&slots=true",
                    "?model=exponential-smoothing@1&slots=true",
                }
            )
            {
                var answer = await AskAsync(miner, query);
                Assert.Contains("exponential-smoothing@1", answer, StringComparison.Ordinal);
                Assert.DoesNotContain("7.12345", answer, StringComparison.Ordinal);
            }
        }
    }

    [Theory]
    [InlineData("/api/track-record")]
    [InlineData("/openapi.json")]
    public async Task Only_the_operator_may_ask(string path)
    {
        await using var miner = await StartAsync();
        var answer = await miner.SendRawAsync(
            Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: miner.example\r\nConnection: close\r\n\r\n")
        );
        Assert.StartsWith("HTTP/1.1 401 ", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unavailable_storage_is_answered_with_503()
    {
        await using var miner = await StartAsync(storage: StorageEmulator.Unreachable());
        using var response = await miner.Client.GetAsync("/api/track-record", Ct);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal(
            ["The track record can't be read from storage: ask again, and see /health/details."],
            JsonNode.Parse(await response.Content.ReadAsStringAsync(Ct))!["problems"]!.AsArray().Select(problem => (string)problem!)
        );
    }

    [Theory]
    [InlineData("", "*/*", false)]
    [InlineData("", "text/csv, application/json", false)]
    [InlineData("", "text/csv;q=0", false)]
    [InlineData("", "text/csv;q=0.5, application/json;q=0.4", true)]
    [InlineData("", "text/csv;q=0.1, text/csv, application/json;q=0.5", true)]
    [InlineData("", "TEXT/CSV, application/json;q=0.5", true)]
    [InlineData("", "application/json;q=0.1, application/json, text/csv;q=0.5", false)]
    [InlineData("?format=json", "text/csv", false)]
    public async Task The_format_is_the_parameter_or_what_the_caller_prefers(string query, string accept, bool isCsv)
    {
        var context = NewContext(query, accept);

        var body = await AnswerAsync(context);

        var (type, start) = isCsv
            ? ("text/csv; charset=utf-8", "day,model,role,")
            : ("application/json; charset=utf-8", """{"series":"tether-cny",""");
        Assert.Equal((200, type), (context.Response.StatusCode, context.Response.ContentType));
        Assert.StartsWith(start, body, StringComparison.Ordinal);
        Assert.Equal(body.Length, context.Response.ContentLength);
        Assert.Equal("Accept, Authorization", context.Response.Headers.Vary.ToString());
        Assert.Equal("nosniff", context.Response.Headers.XContentTypeOptions.ToString());
    }

    [Theory]
    [InlineData("?format=xml", "format: use json or csv.")]
    [InlineData("?day=1", "An unknown parameter: use only from, to, model, slots and format.")]
    [InlineData("?slots=2", "slots: '2' can't be used: use true or false.")]
    public async Task A_refused_query_is_answered_with_its_problem_alone(string query, string problem)
    {
        var context = NewContext(query);

        var body = await AnswerAsync(context);

        Assert.Equal(400, context.Response.StatusCode);
        Assert.Equal([problem], JsonNode.Parse(body)!["problems"]!.AsArray().Select(node => (string)node!));
        Assert.Equal("no-store", context.Response.Headers.CacheControl.ToString());
        Assert.Equal("application/json; charset=utf-8", context.Response.ContentType);
    }

    [Fact]
    public async Task Unavailable_storage_is_logged_once_and_its_answer_is_not_kept()
    {
        using var log = new KeptLog();
        var context = NewContext("");

        await AnswerAsync(context, log, StorageEmulator.Unreachable());

        Assert.Equal(503, context.Response.StatusCode);
        Assert.Equal("no-store", context.Response.Headers.CacheControl.ToString());
        Assert.Equal([8003], log.Lines.Select(line => line.Id));
    }

    [Fact]
    public async Task A_caller_that_went_away_is_not_taken_for_unavailable_storage()
    {
        using var log = new KeptLog();
        var context = NewContext("");
        context.RequestAborted = new(canceled: true);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => AnswerAsync(context, log));

        Assert.Equal(200, context.Response.StatusCode);
        Assert.Empty(log.Lines);
    }

    [Fact]
    public async Task The_open_api_document_describes_the_answer_as_the_code_makes_it()
    {
        await using var miner = await StartAsync();
        var document = JsonNode.Parse(await miner.Client.GetStringAsync("/openapi.json", Ct))!;
        Assert.Equal("3.1.0", (string)document["openapi"]!);
        Assert.Equal(["/api/track-record", "/openapi.json"], document["paths"]!.AsObject().Select(path => path.Key));
        Assert.Equal(
            ["from", "to", "model", "slots", "format", "If-None-Match"],
            document["paths"]!["/api/track-record"]!["get"]!["parameters"]!.AsArray().Select(parameter => (string)parameter!["name"]!)
        );
        Type[] types = [typeof(TrackRecordAnswer), typeof(TotalScore), typeof(DayScore), typeof(SlotScore), typeof(TrackRecordProblem)];
        Assert.Equal(types.Select(type => type.Name), document["components"]!["schemas"]!.AsObject().Select(schema => schema.Key));
        foreach (var type in types)
        {
            var schema = document["components"]!["schemas"]![type.Name]!;
            var members = type.GetConstructors().MaxBy(constructor => constructor.GetParameters().Length)!.GetParameters();
            var nullability = new System.Reflection.NullabilityInfoContext();
            Assert.Equal(
                members.Select(member => JsonNamingPolicy.CamelCase.ConvertName(member.Name!)),
                schema["required"]!.AsArray().Select(name => (string)name!)
            );
            Assert.Equal(
                members.Select(member =>
                    $"{JsonNamingPolicy.CamelCase.ConvertName(member.Name!)} "
                    + JsonType(member.ParameterType, nullability.Create(member).WriteState == System.Reflection.NullabilityState.Nullable)
                ),
                schema["properties"]!.AsObject().Select(property => $"{property.Key} {property.Value!["type"]!.ToJsonString()}")
            );
        }
    }

    private static string JsonType(Type type, bool isNullable)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        var name =
            type == typeof(int) ? "integer"
            : type == typeof(double) ? "number"
            : type == typeof(bool) ? "boolean"
            : type.Name.StartsWith("IReadOnlyList", StringComparison.Ordinal) ? "array"
            : type.Name.StartsWith("IReadOnlyDictionary", StringComparison.Ordinal) ? "object"
            : "string";
        return isNullable ? $"[\"{name}\",\"null\"]" : $"\"{name}\"";
    }

    private static DefaultHttpContext NewContext(string query, string accept = "")
    {
        var context = new DefaultHttpContext();
        context.Request.QueryString = new(query);
        context.Request.Headers.Accept = accept;
        context.Response.Body = new MemoryStream();
        return context;
    }

    /// <summary>Lets the endpoint answer without a server, which would hide what it throws.</summary>
    private async Task<string> AnswerAsync(DefaultHttpContext context, KeptLog? log = null, string? storage = null)
    {
        using var logs = LoggerFactory.Create(builder =>
        {
            if (log is not null)
            {
                builder.AddProvider(log);
            }
        });
        var tables = Tables(storage);
        var endpoint = new TrackRecordEndpoint(new(tables, PriceSeries.Real, _clock), _clock, logs.CreateLogger<TrackRecordEndpoint>());
        await endpoint.AnswerAsync(context);
        await context.Response.CompleteAsync();
        return Encoding.UTF8.GetString(((MemoryStream)context.Response.Body).ToArray());
    }

    /// <summary>Where the storage replies, its calls have longer than that takes on a busy machine.</summary>
    private MinerTables Tables(string? storage) =>
        storage is null ? new(_storage, TimeSpan.FromMinutes(9)) : new(_storage with { Location = storage });

    private Task<RunningMiner> StartAsync(TimeProvider? clock = null, string? storage = null) =>
        RunningMiner.StartAsync(
            FixedPrices.Until(Noon),
            [("Bittbridge:Prices:Source", "coingecko")],
            services =>
            {
                services.Replace(ServiceDescriptor.Singleton(clock ?? _clock));
                services.Replace(ServiceDescriptor.Singleton(Tables(storage)));
            }
        );

    private static async Task<string> AskAsync(RunningMiner miner, string query)
    {
        using var response = await miner.Client.GetAsync("/api/track-record" + query, Ct);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadAsStringAsync(Ct);
    }

    private async Task SomeDaysAsync()
    {
        await _test.RecordAsync(
            ForecastFor(Noon.AddDays(-1)),
            ForecastFor(Noon.AddDays(-1)) with
            {
                Model = new("mine", "7"),
                Role = ForecastRole.Shadow,
                Caller = ForecastRecord.Shadow,
            },
            ForecastFor(Noon.AddMinutes(-5)) with
            {
                Model = new("last-price", "1"),
                Role = ForecastRole.Fallback,
            },
            ForecastFor(Noon),
            ForecastFor(Noon) with
            {
                Model = new("mine", "7"),
                Role = ForecastRole.Shadow,
                Caller = ForecastRecord.Shadow,
            }
        );
        await _test.ObserveAsync(
            new PricePoint(Noon.AddDays(-1), 7.103),
            new PricePoint(Noon.AddMinutes(-5), 7.104),
            new PricePoint(Noon, 7.105)
        );
        await _test.ScoreAllAsync();
    }
}
