using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Azure.Data.Tables;
using Bittbridge.Miner.Access;
using Bittbridge.Miner.Forecasting;
using Bittbridge.Miner.Prices;
using Bittbridge.Miner.Tests.Access;
using Bittbridge.Miner.Tests.Forecasting;
using Bittbridge.Miner.Tests.Http;
using Bittbridge.Miner.Tests.Storage;
using Bittbridge.Models;
using Bittbridge.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Time.Testing;

namespace Bittbridge.Miner.Tests.Dashboard;

public sealed class DashboardEndpointTests(TestStorage storage)
{
    private const string Token = "6d8f4ac21b9e4d7fa7c3e0b15d92f864";

    private static readonly string[] Operators = ["/", "/dashboard", "/api/dashboard"];
    private static readonly string[] Everybodys = ["/public", "/public/data"];

    private static DateTime Today => TimeProvider.System.GetUtcNow().UtcDateTime.Date;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_stranger_gets_neither_page_nor_data()
    {
        await using var miner = await StartAsync();
        foreach (var path in Operators)
        {
            Assert.StartsWith("HTTP/1.1 401 ", await FromElsewhereAsync(miner, path), StringComparison.Ordinal);
        }

        foreach (var path in Everybodys)
        {
            Assert.StartsWith("HTTP/1.1 404 ", await FromElsewhereAsync(miner, path), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_browser_from_elsewhere_is_asked_for_the_token_as_a_password()
    {
        await using var miner = await StartAsync(("Bittbridge:Operator:Token", Token));
        var refused = await FromElsewhereAsync(miner, "/");
        Assert.Contains("WWW-Authenticate: Basic realm=\"Bittbridge miner\"", refused, StringComparison.Ordinal);
        foreach (var (password, status) in new[] { (Token, 200), ("wrong", 401), ("", 401), (Token + ":", 401) })
        {
            var basic = Convert.ToBase64String(Encoding.UTF8.GetBytes($"me:{password}"));
            var answer = await FromElsewhereAsync(miner, "/api/dashboard", $"Authorization: Basic {basic}\r\n");
            Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Off_leaves_nothing_of_it()
    {
        await using var miner = await StartAsync(("Bittbridge:Dashboard", "off"));
        foreach (var path in Operators.Concat(Everybodys))
        {
            using var response = await miner.Client.GetAsync(path, Ct);
            Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
            Assert.Equal("404", response.Headers.GetValues("bt_header_axon_status_code").Single());
        }
    }

    [Fact]
    public async Task Public_opens_it_and_keeps_the_details_of_health_for_the_operator()
    {
        await using var miner = await StartAsync(("Bittbridge:Dashboard", "public"));
        foreach (var path in Operators.Concat(Everybodys))
        {
            Assert.StartsWith("HTTP/1.1 200 ", await FromElsewhereAsync(miner, path), StringComparison.Ordinal);
        }

        Assert.StartsWith("HTTP/1.1 401 ", await FromElsewhereAsync(miner, "/health/details"), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 401 ", await FromElsewhereAsync(miner, "/api/track-record"), StringComparison.Ordinal);
        Assert.DoesNotContain("\"detail\":\"", await FromElsewhereAsync(miner, "/api/dashboard"), StringComparison.Ordinal);
        Assert.DoesNotContain("\"detail\":\"", await miner.Client.GetStringAsync("/public/data", Ct), StringComparison.Ordinal);
        Assert.Contains("\"detail\":\"", await miner.Client.GetStringAsync("/api/dashboard", Ct), StringComparison.Ordinal);
        Assert.Contains("\"isOperator\":false", await FromElsewhereAsync(miner, "/api/dashboard"), StringComparison.Ordinal);
        Assert.Contains("\"isOperator\":true", await miner.Client.GetStringAsync("/api/dashboard", Ct), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_data_shows_no_secret_of_the_node_s_address_and_its_failure_to_the_operator_alone()
    {
        await using var miner = await StartAsync(
            ("Bittbridge:Dashboard", "public"),
            ("Bittbridge:Network", "http://user:hunter2@127.0.0.1:1/v2/SECRETKEY"),
            ("Bittbridge:Access", "signed"),
            ("Bittbridge:Hotkey", TestSubnet.Bob.ToString())
        );
        await miner.Services.GetRequiredService<StandingRefresh>().RunAsync(Ct);

        var own = await miner.Client.GetStringAsync("/api/dashboard", Ct);
        var everybodys = await miner.Client.GetStringAsync("/public/data", Ct);

        Assert.StartsWith("http://127.0.0.1:1: ", Chain(own, "problem"), StringComparison.Ordinal);
        Assert.Null(Chain(everybodys, "problem"));
        foreach (var data in new[] { own, everybodys })
        {
            Assert.Equal("http://127.0.0.1:1", Chain(data, "network"));
            Assert.DoesNotContain("hunter2", data, StringComparison.Ordinal);
            Assert.DoesNotContain("SECRETKEY", data, StringComparison.Ordinal);
        }

        static string? Chain(string data, string name) =>
            JsonDocument.Parse(data).RootElement.GetProperty("chain").GetProperty(name).GetString();
    }

    [Theory]
    [InlineData("/public/data")]
    [InlineData("/api/dashboard")]
    public async Task The_data_is_made_at_most_once_a_second_however_many_ask(string path)
    {
        var clock = new FakeTimeProvider(new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
        await using var miner = await StartAsync(clock, ("Bittbridge:Dashboard", "public"));
        var first = await miner.Client.GetByteArrayAsync(path, Ct);
        for (var i = 0; i < 20; i++)
        {
            // Data that is made now would have this time.
            clock.Advance(TimeSpan.FromMilliseconds(49));
            Assert.Equal(first, await miner.Client.GetByteArrayAsync(path, Ct));
        }

        clock.Advance(TimeSpan.FromMilliseconds(20));
        var next = await miner.Client.GetFromJsonAsync<JsonElement>(path, Ct);
        Assert.Equal(new DateTimeOffset(2026, 11, 23, 12, 0, 1, TimeSpan.Zero), next.GetProperty("at").GetDateTimeOffset());
    }

    [Theory]
    [InlineData("POST", "/")]
    [InlineData("HEAD", "/")]
    [InlineData("POST", "/dashboard")]
    [InlineData("DELETE", "/public")]
    public async Task Other_methods_get_the_protocol_s_404(string method, string path)
    {
        await using var miner = await StartAsync(("Bittbridge:Dashboard", "public"));
        using var request = new HttpRequestMessage(new(method), path);
        using var response = await miner.Client.SendAsync(request, Ct);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.True(response.Headers.Contains("bt_header_axon_status_code"));
    }

    [Fact]
    public async Task Before_the_first_challenge_it_shows_what_is_known()
    {
        await using var miner = await StartAsync();
        var data = await DataAsync(miner, one => one.GetProperty("calls").GetProperty("problem").ValueKind == JsonValueKind.Null);
        Assert.Equal("Healthy", data.GetProperty("health").GetProperty("status").GetString());
        Assert.Equal("filtered-smoothers@1", data.GetProperty("health").GetProperty("model").GetString());
        Assert.Equal(10_000, data.GetProperty("health").GetProperty("callsLeft").GetInt32());
        Assert.Equal(JsonValueKind.Null, data.GetProperty("calls").GetProperty("lastAt").ValueKind);
        Assert.Equal(0, data.GetProperty("quality").GetProperty("week").GetProperty("scored").GetInt32());
        var prices = data.GetProperty("quality").GetProperty("chart").GetProperty("price");
        Assert.Equal(577, prices.GetArrayLength());
        Assert.Equal(300, prices.EnumerateArray().Count(price => price.ValueKind == JsonValueKind.Number));
    }

    [Fact]
    public async Task The_calls_of_the_month_and_those_that_are_left_are_shown()
    {
        var clock = new FakeTimeProvider(new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
        await using var miner = await StartAsync(clock);
        var prices = (FixedPrices)miner.Services.GetRequiredService<IPrices>();
        Assert.Equal((1_234, 8_766), await CallsAsync("2026-11"));
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((0, 10_000), await CallsAsync("2026-10"));

        async Task<(int ThisMonth, int Left)> CallsAsync(string month)
        {
            prices.InMemory = prices.InMemory! with
            {
                Poll = new() { Month = month, CallsThisMonth = 1_234 },
            };
            var health = (await DataAsync(miner)).GetProperty("health");
            return (health.GetProperty("callsThisMonth").GetInt32(), health.GetProperty("callsLeft").GetInt32());
        }
    }

    [Fact]
    public async Task An_answered_and_a_refused_challenge_are_shown_and_the_forecast_is_not()
    {
        await using var node = new RecordedNode(TestSubnet.At());
        await using var miner = await StartAsync(
            ("Bittbridge:Network", $"http://{node.Authority}"),
            ("Bittbridge:Access", "permit"),
            ("Bittbridge:Hotkey", TestSubnet.Bob.ToString())
        );
        var day = Today;
        while (await AskAsync(miner, "//Alice") is not HttpStatusCode.OK)
        {
            await Task.Delay(50, Ct);
        }

        Assert.Equal(HttpStatusCode.Forbidden, await AskAsync(miner, "//Charlie"));
        var data = await DataAsync(miner, one => one.GetProperty("calls").GetProperty("callers").GetArrayLength() > 0);
        var calls = data.GetProperty("calls");
        Assert.Equal(TestSubnet.Alice.ToString(), calls.GetProperty("lastCaller").GetString());
        Assert.InRange(calls.GetProperty("lastMs").GetDouble(), 0.01, 60_000);
        var caller = Assert.Single(calls.GetProperty("callers").EnumerateArray());
        Assert.Equal(
            (0, true, 1),
            (caller.GetProperty("uid").GetInt32(), caller.GetProperty("hasPermit").GetBoolean(), caller.GetProperty("lastHour").GetInt32())
        );
        if (day != Today)
        {
            // The requests are those of a day, and midnight has come since.
            Assert.Equal(HttpStatusCode.OK, await AskAsync(miner, "//Alice"));
            Assert.Equal(HttpStatusCode.Forbidden, await AskAsync(miner, "//Charlie"));
            data = await DataAsync(miner, one => Answered(one) >= 1);
            calls = data.GetProperty("calls");
        }

        Assert.True(Answered(data) >= 1);
        Assert.True(
            calls.GetProperty("requests").GetProperty("refused").EnumerateArray().Sum(reason => reason.GetProperty("count").GetInt64()) >= 1
        );

        static long Answered(JsonElement shown) => shown.GetProperty("calls").GetProperty("requests").GetProperty("answered").GetInt64();
    }

    [Fact]
    public async Task Unavailable_storage_is_reported_and_the_rest_is_shown()
    {
        await using var miner = await StartAsync(("Bittbridge:Storage", StorageEmulator.Unreachable()));
        var data = await DataAsync(miner);
        Assert.Equal("the track record can't be read from storage", data.GetProperty("calls").GetProperty("problem").GetString());
        Assert.Equal("the track record can't be read from storage", data.GetProperty("quality").GetProperty("problem").GetString());
        Assert.Equal(7, data.GetProperty("health").GetProperty("parts").GetArrayLength());
    }

    [Fact]
    public async Task While_storage_is_gone_what_was_read_last_stays_with_its_time()
    {
        await using var emulator = await StorageEmulator.StartNewAsync(Ct);
        await using var miner = await StartAsync(
            ("Bittbridge:Storage", emulator.ConnectionString),
            ("Bittbridge:Access", "signed"),
            ("Bittbridge:Hotkey", TestSubnet.Bob.ToString())
        );
        while (await AskAsync(miner, "//Alice") is not HttpStatusCode.OK)
        {
            await Task.Delay(50, Ct);
        }

        var before = await DataAsync(miner, data => Caller(data) is not null);
        Assert.Equal(JsonValueKind.Null, before.GetProperty("outdated").ValueKind);

        await emulator.KillAsync();
        var during = await DataAsync(miner, data => data.GetProperty("outdated").ValueKind == JsonValueKind.Object);
        var outdated = during.GetProperty("outdated");
        Assert.Equal("the track record can't be read from storage", outdated.GetProperty("problem").GetString());
        Assert.True(outdated.GetProperty("readAt").GetDateTimeOffset() < during.GetProperty("at").GetDateTimeOffset());
        Assert.Equal(Caller(before), Caller(during));
        Assert.Equal(JsonValueKind.Null, during.GetProperty("calls").GetProperty("problem").ValueKind);
        Assert.Equal(JsonValueKind.Null, during.GetProperty("quality").GetProperty("problem").ValueKind);

        await emulator.RestartAsync(Ct);
        await DataAsync(miner, data => data.GetProperty("outdated").ValueKind == JsonValueKind.Null);

        static string? Caller(JsonElement data) => data.GetProperty("calls").GetProperty("lastCaller").GetString();
    }

    [Fact]
    public async Task An_answer_that_is_cut_off_in_storage_shows_no_price_in_place_of_its_latency()
    {
        var tables = storage.NewSettings();
        var prefix = "t" + tables.TablePrefix[..16];
        await using var miner = await StartAsync(("Bittbridge:Storage", tables.Location), ("Bittbridge:TablePrefix", prefix));
        var (now, series) = (TimeProvider.System.GetUtcNow(), miner.Services.GetRequiredService<PriceSeries>());
        var model = new ModelId("last-price", "1");

        // What a caller was told, cut off after the price.
        var due = now.AddMinutes(50);
        var forecasts = new TableClient(tables.Location, prefix + "forecasts");
        await forecasts.CreateIfNotExistsAsync(Ct);
        await forecasts.UpsertEntityAsync(
            new TableEntity(ForecastKeys.Partition(series, due), ForecastKeys.Row(PriceSlot.NearestTo(due), model))
            {
                ["caller_5Grwva"] = $"{now:O} 7.87654321",
                ["caller_5FLSig"] = $"{now:O} 7.87654321 7.8 7.9 NaN",
            },
            TableUpdateMode.Replace,
            Ct
        );

        // On a busy machine the first answer may come without what is read from storage.
        var text = "";
        await DataAsync(miner, data => (text = data.GetRawText()).Contains("5FLSig", StringComparison.Ordinal));
        Assert.DoesNotContain("5Grwva", text, StringComparison.Ordinal);
        Assert.DoesNotContain("7.8765", text, StringComparison.Ordinal);
    }

    private static async Task<HttpStatusCode> AskAsync(RunningMiner miner, string caller)
    {
        using var validator = new TestValidator(caller);
        using var request = validator.Ask();
        using var response = await miner.Client.SendAsync(request, Ct);
        return response.StatusCode;
    }

    private static async Task<JsonElement> DataAsync(RunningMiner miner, Func<JsonElement, bool>? until = null)
    {
        for (var tries = 0; ; tries++)
        {
            var data = await miner.Client.GetFromJsonAsync<JsonElement>("/api/dashboard", Ct);
            if (until?.Invoke(data) != false)
            {
                return data;
            }

            Assert.True(tries < 600, data.GetRawText());
            await Task.Delay(100, Ct);
        }
    }

    private static Task<string> FromElsewhereAsync(RunningMiner miner, string path, string header = "") =>
        miner.SendRawAsync(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: miner.example\r\n{header}Connection: close\r\n\r\n"));

    private Task<RunningMiner> StartAsync(params (string Name, string Value)[] settings) => StartAsync(TimeProvider.System, settings);

    private Task<RunningMiner> StartAsync(TimeProvider clock, params (string Name, string Value)[] settings)
    {
        var tables = storage.NewSettings();
        return RunningMiner.StartAsync(
            FixedPrices.Until(clock.GetUtcNow()),
            [
                .. settings.Any(setting => setting.Name == "Bittbridge:Storage") ? [] : new[] { ("Bittbridge:Storage", tables.Location) },
                .. settings.Any(setting => setting.Name == "Bittbridge:TablePrefix")
                    ? []
                    : new[] { ("Bittbridge:TablePrefix", "t" + tables.TablePrefix[..16]) },
                .. settings,
            ],
            services =>
                services.Replace(ServiceDescriptor.Singleton<IForecastLog, TableForecastLog>()).Replace(ServiceDescriptor.Singleton(clock))
        );
    }
}
