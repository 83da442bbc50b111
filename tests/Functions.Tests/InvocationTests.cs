using System.Net.Http.Headers;
using System.Reflection;
using System.Text;
using System.Text.Json;
using Bittbridge.Bittensor.Authentication;
using Bittbridge.Bittensor.Keys;
using Bittbridge.Bittensor.Wire;
using Bittbridge.Miner;
using Bittbridge.Miner.Forecasting;
using Bittbridge.Miner.Housekeeping;
using Bittbridge.Miner.Http;
using Bittbridge.Miner.Prices;
using Bittbridge.Miner.Telemetry;
using Bittbridge.Miner.TrackRecord;
using Bittbridge.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;

[assembly: AssemblyFixture(typeof(TestStorage))]

namespace Bittbridge.Functions.Tests;

/// <summary>Each function, called as the host calls it, with the services of the head and real storage. The clock stands still.</summary>
[Collection(TelemetryTests.Meters)]
public sealed class InvocationTests(TestStorage storage)
{
    private static readonly TimeSpan MaxWait = TimeSpan.FromMinutes(3);
    private static readonly Ss58Address Hotkey = DevelopmentKey.Derive("//Bob").Address;

    private readonly (string ConnectionString, string TablePrefix) _storage = storage.New();
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 24, 4, 3, 0, TimeSpan.Zero));

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Each HTTP function, the key that the host asks for, a request, and its answer while storage is empty.</summary>
    public static TheoryData<string, AuthorizationLevel, string, int, string, string> Routes =>
        new()
        {
            { "Challenge", AuthorizationLevel.Anonymous, "/Challenge", 200, "application/json", "\"prediction\":null,\"interval\":null}" },
            { "Synapse", AuthorizationLevel.Anonymous, "/Synapse", 200, "application/json", "{\"name\":\"Synapse\",\"timeout\":12," },
            { "Live", AuthorizationLevel.Anonymous, "/health/live", 200, "application/json", "{\"status\":\"Healthy\"}" },
            { "Ready", AuthorizationLevel.Anonymous, "/health/ready", 503, "application/json", "\"prices\":{\"status\":\"Unhealthy\"}" },
            {
                "HealthDetails",
                AuthorizationLevel.Function,
                "/health/details",
                503,
                "application/json",
                "\"prices\":{\"status\":\"Unhealthy\",\"detail\":\"no price is known yet\"}"
            },
            { "Metrics", AuthorizationLevel.Function, "/metrics", 200, "text/plain", "bittbridge_nonce_outages_total" },
            { "OpenApi", AuthorizationLevel.Function, "/openapi.json", 200, "application/json", "\"openapi\": \"3.1.0\"" },
            { "TrackRecord", AuthorizationLevel.Function, "/api/track-record", 200, "application/json", "\"totals\":[],\"days\":[]" },
            { "Dashboard", AuthorizationLevel.Function, "/dashboard", 200, "text/html", "<!doctype html>" },
            { "DashboardData", AuthorizationLevel.Function, "/api/dashboard", 200, "application/json", "\"isOperator\":true" },
            { "PublicDashboard", AuthorizationLevel.Anonymous, "/public", 404, "application/json", "\\u0027public\\u0027 not found" },
            {
                "PublicDashboardData",
                AuthorizationLevel.Anonymous,
                "/public/data",
                404,
                "application/json",
                "\\u0027public\\u0027 not found"
            },
            { "WebRoot", AuthorizationLevel.Function, "/", 200, "text/html", "<!doctype html>" },
            { "ZOther", AuthorizationLevel.Anonymous, "/other", 404, "application/json", "\\u0027other\\u0027 not found" },
        };

    private static IEnumerable<MethodInfo> Functions =>
        typeof(ChallengeFunctions)
            .Assembly.GetTypes()
            .SelectMany(type => type.GetMethods())
            .Where(method => method.GetCustomAttribute<FunctionAttribute>() is not null);

    [Fact]
    public void Each_function_of_the_head_has_its_case() =>
        Assert.Equal(
            Routes.Select(row => row.Data.Item1).Concat(["RefreshPrices", "Housekeeping"]).Order(StringComparer.Ordinal),
            Functions.Select(NameOf).Order(StringComparer.Ordinal)
        );

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task A_function_answers_what_its_key_lets_its_caller_see(
        string function,
        AuthorizationLevel level,
        string path,
        int status,
        string type,
        string part
    )
    {
        using var host = Build();
        // The exporter comes with the endpoints, and has no text before something was counted.
        host.Services.GetRequiredService<MinerEndpoints>();
        host.Services.GetRequiredService<MinerMetrics>().OutageBegan();

        await AssertAnswersAsync(host, function, Request(host, path), status, type, part);
        Assert.Equal(level, MethodOf(function).GetParameters()[0].GetCustomAttribute<HttpTriggerAttribute>()!.AuthLevel);
    }

    [Theory]
    [InlineData("PublicDashboard", "/public", 200, "text/html", "<!doctype html>")]
    [InlineData("PublicDashboardData", "/public/data", 200, "application/json", "\"isOperator\":false")]
    [InlineData("ZOther", "/other", 404, "application/json", "\\u0027other\\u0027 not found")]
    public async Task A_public_dashboard_is_a_stranger_s_on_its_own_routes(
        string function,
        string path,
        int status,
        string type,
        string part
    )
    {
        using var host = Build(dashboard: "public");
        await AssertAnswersAsync(host, function, Request(host, path), status, type, part);
    }

    [Theory]
    [InlineData("Challenge")]
    [InlineData("Synapse")]
    public async Task A_request_without_a_signature_is_refused(string function)
    {
        using var host = Build();
        var context = Request(host, "/" + function);
        context.Request.Headers.Clear();
        await AssertAnswersAsync(host, function, context, 401, "application/json", "{\"message\":");
    }

    /// <summary>The host may freeze the process as soon as no invocation runs.</summary>
    [Fact]
    public async Task A_challenge_runs_until_its_forecast_is_recorded_and_the_price_timer_scores_it()
    {
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var host = Build(change: services =>
            services.AddSingleton<IForecastLog>(provider => new HeldLog(
                ActivatorUtilities.CreateInstance<TableForecastLog>(provider),
                begun,
                release.Task
            ))
        );
        await InvokeAsync(host, "RefreshPrices", new TimerInfo(), Ct).WaitAsync(MaxWait, Ct);

        var context = Request(host, "/Challenge");
        var invocation = InvokeAsync(host, "Challenge", context.Request);
        await begun.Task.WaitAsync(MaxWait, Ct);

        Assert.False(invocation.IsCompleted);
        Assert.Equal((200, "simulated"), (context.Response.StatusCode, context.Response.Headers[HeaderNames.PriceSource].ToString()));
        var answer = JsonSerializer.Deserialize<JsonElement>(BodyOf(context));
        var (lower, upper) = (answer.GetProperty("interval")[0].GetDouble(), answer.GetProperty("interval")[1].GetDouble());
        Assert.InRange(answer.GetProperty("prediction").GetDouble(), 7.05, 7.15);
        Assert.InRange(lower, 7.0, 7.15);
        Assert.InRange(upper, lower + 0.0001, 7.2);

        release.SetResult();
        await invocation.WaitAsync(MaxWait, Ct);

        _clock.Advance(TimeSpan.FromMinutes(70));
        await InvokeAsync(host, "RefreshPrices", new TimerInfo(), Ct).WaitAsync(MaxWait, Ct);
        await AssertAnswersAsync(
            host,
            "TrackRecord",
            Request(host, "/api/track-record"),
            200,
            "application/json",
            "\"role\":\"Active\",\"days\":1,\"answered\":1,\"scored\":1,"
        );
    }

    [Fact]
    public async Task Each_timer_runs_its_own_work_with_the_host_s_token_and_fails_with_it()
    {
        using var stop = new CancellationTokenSource();
        var ran = new List<(string Work, CancellationToken Stop)>();
        using var host = Build(change: services =>
            services
                .RemoveAll<IHousekeepingTask>()
                .AddSingleton<IHousekeepingTask>(new FailingWork(ct => ran.Add(("housekeeping", ct))))
                .AddSingleton<IAfterPoll>(new FailingWork(ct => ran.Add(("poll", ct))))
        );

        await Assert.ThrowsAsync<AggregateException>(() =>
            InvokeAsync(host, "Housekeeping", new TimerInfo(), stop.Token).WaitAsync(MaxWait, Ct)
        );
        Assert.Equal(("housekeeping", stop.Token), Assert.Single(ran));

        ran.Clear();
        await Assert.ThrowsAsync<InvalidOperationException>(() =>
            InvokeAsync(host, "RefreshPrices", new TimerInfo(), stop.Token).WaitAsync(MaxWait, Ct)
        );
        Assert.Equal(("poll", stop.Token), Assert.Single(ran));
    }

    private static string NameOf(MethodInfo method) => method.GetCustomAttribute<FunctionAttribute>()!.Name;

    private static MethodInfo MethodOf(string function) => Assert.Single(Functions, method => NameOf(method) == function);

    private static Task InvokeAsync(IHost host, string function, params object[] arguments)
    {
        var method = MethodOf(function);
        return (Task)method.Invoke(ActivatorUtilities.CreateInstance(host.Services, method.DeclaringType!), arguments)!;
    }

    private static async Task AssertAnswersAsync(
        IHost host,
        string function,
        DefaultHttpContext context,
        int status,
        string type,
        string part
    )
    {
        var result = await ((Task<IResult>)InvokeAsync(host, function, context.Request)).WaitAsync(MaxWait, Ct);

        Assert.Equal(status, context.Response.StatusCode);
        Assert.Equal(type, MediaTypeHeaderValue.Parse(context.Response.ContentType!).MediaType);
        Assert.Contains(part, BodyOf(context), StringComparison.Ordinal);

        // The host executes what a function returns, after the answer was sent.
        var after = new DefaultHttpContext { RequestServices = host.Services, Response = { StatusCode = 299, Body = new MemoryStream() } };
        await result.ExecuteAsync(after);
        Assert.Equal((299, 0L, 0), (after.Response.StatusCode, after.Response.Body.Length, after.Response.Headers.Count));
    }

    private static string BodyOf(DefaultHttpContext context) => Encoding.UTF8.GetString(((MemoryStream)context.Response.Body).ToArray());

    /// <summary>The services of the head, whose miner answers every caller that signs.</summary>
    private IHost Build(string dashboard = "on", Action<IServiceCollection>? change = null)
    {
        var builder = TelemetryTests.Builder(
            ("Bittbridge:Access", "signed"),
            ("Bittbridge:Dashboard", dashboard),
            ("Bittbridge:Hotkey", Hotkey.ToString()),
            ("Bittbridge:Metrics", "prometheus"),
            ("Bittbridge:Prices:Source", "simulated"),
            ("Bittbridge:Storage", _storage.ConnectionString),
            ("Bittbridge:TablePrefix", _storage.TablePrefix[..20])
        );
        builder.Services.AddSingleton<TimeProvider>(_clock);
        builder.Services.AddTelemetry(builder.Configuration);
        builder.Services.AddMiner(builder.Configuration);
        change?.Invoke(builder.Services);
        return builder.Build();
    }

    /// <summary>A GET, or what a validator sends to a route of the protocol.</summary>
    private DefaultHttpContext Request(IHost host, string path)
    {
        var context = new DefaultHttpContext { RequestServices = host.Services, Response = { Body = new MemoryStream() } };
        (context.Request.Method, context.Request.Path) = ("GET", path);
        if (path is not ("/Challenge" or "/Synapse"))
        {
            return context;
        }

        var now = _clock.GetUtcNow();
        (context.Request.Method, context.Request.Body) = ("POST", new MemoryStream(Encoding.UTF8.GetBytes(Dendrite.BodyAt(now))));
        using var alice = DevelopmentKey.Derive("//Alice");
        var signer = new V10Signer(alice, Guid.NewGuid().ToString());
        foreach (var (name, value) in signer.Sign(path[1..], Hotkey, "127.0.0.1", 8091, UnixNanoseconds.Of(now), Dendrite.Timeout))
        {
            context.Request.Headers[name] = value;
        }

        return context;
    }

    /// <summary>Real records that wait for the test.</summary>
    private sealed class HeldLog(TableForecastLog records, TaskCompletionSource begun, Task release) : IForecastLog
    {
        public async Task RecordAsync(ForecastRecord record, CancellationToken ct)
        {
            begun.SetResult();
            await release;
            await records.RecordAsync(record, ct);
        }

        public Task<int> PruneAsync(PriceSeries series, DateTimeOffset before, CancellationToken ct) =>
            records.PruneAsync(series, before, ct);
    }

    private sealed class FailingWork(Action<CancellationToken> run) : IHousekeepingTask, IAfterPoll
    {
        public string Name => "failing work";

        public Task RunAsync(CancellationToken ct) => AfterPollAsync(ct);

        public Task AfterPollAsync(CancellationToken ct)
        {
            run(ct);
            throw new InvalidOperationException("The work fails.");
        }
    }
}
