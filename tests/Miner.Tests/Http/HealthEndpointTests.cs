using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Bittbridge.Miner.Prices.Failures;
using Bittbridge.Miner.Tests.Forecasting;
using Bittbridge.Models;
using Bittbridge.Testing;

namespace Bittbridge.Miner.Tests.Http;

public sealed class HealthEndpointTests
{
    private const string Token = "6d8f4ac21b9e4d7fa7c3e0b15d92f864";

    private static readonly string[] Parts = ["prices", "source", "storage", "model", "access", "replay", "callers"];

    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_process_that_answers_is_live_in_any_state()
    {
        await using var miner = await RunningMiner.StartAsync(new FixedPrices());
        Assert.Equal("""200 {"status":"Healthy"}""", await AskAsync(miner, "/health/live"));
    }

    [Fact]
    public async Task Until_a_forecast_can_be_given_the_miner_is_not_ready_and_tells_its_operator_why()
    {
        await using var miner = await RunningMiner.StartAsync(new FixedPrices());
        Assert.StartsWith(
            """503 {"status":"Unhealthy","parts":{"prices":{"status":"Unhealthy"},"source":{"status":"Degraded"}""",
            await AskAsync(miner, "/health/ready"),
            StringComparison.Ordinal
        );
        var details = await DetailsAsync(miner, HttpStatusCode.ServiceUnavailable);
        Assert.Equal("Unhealthy", details.GetProperty("status").GetString());
        Assert.Equal(("Unhealthy", "no price is known yet"), Part(details, "prices"));
    }

    [Fact]
    public async Task With_prices_it_is_ready_and_names_its_parts()
    {
        await using var miner = await RunningMiner.StartAsync(FixedPrices.Until(Now));
        var parts = string.Join(',', Parts.Select(part => $"\"{part}\":{{\"status\":\"Healthy\"}}"));
        Assert.Equal($"200 {{\"status\":\"Healthy\",\"parts\":{{{parts}}}}}", await AskAsync(miner, "/health/ready"));
        var details = await DetailsAsync(miner, HttpStatusCode.OK);
        Assert.Equal(ProductVersion.Value, details.GetProperty("version").GetString());
        Assert.Equal(Parts, details.GetProperty("parts").EnumerateObject().Select(part => part.Name));
    }

    [Fact]
    public async Task A_broken_model_leaves_the_miner_ready_and_is_named_once_it_was_asked()
    {
        await using var miner = await RunningMiner.StartAsync(
            FixedPrices.Until(Now),
            model: new OddModel((_, _, _) => throw new InvalidOperationException("broken"))
        );
        using var challenge = await miner.Client.PostAsJsonAsync("/Challenge", new { timestamp = Now.ToString("O") }, Ct);
        Assert.Contains("\"model\":{\"status\":\"Degraded\"}", await AskAsync(miner, "/health/ready"), StringComparison.Ordinal);
        var (status, detail) = Part(await DetailsAsync(miner, HttpStatusCode.OK), "model");
        Assert.Equal("Degraded", status);
        Assert.StartsWith("odd@1 gave no forecast: ", detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_price_source_that_fails_is_named_with_its_reason()
    {
        var prices = FixedPrices.Until(Now);
        prices.InMemory = prices.InMemory! with
        {
            Poll = new() { LastFailure = new(PriceFault.TooManyCalls, "CoinGecko answered 429"), FailuresInARow = 2 },
        };
        await using var miner = await RunningMiner.StartAsync(prices);
        var (status, detail) = Part(await DetailsAsync(miner, HttpStatusCode.OK), "source");
        Assert.Equal("Degraded", status);
        Assert.Contains("CoinGecko answered 429", detail, StringComparison.Ordinal);
        Assert.Contains("\"source\":{\"status\":\"Degraded\"}", await AskAsync(miner, "/health/ready"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Public_health_holds_each_part_and_its_state_and_nothing_else()
    {
        // What a poll says of a price that it held back names the price beside the last one.
        var prices = FixedPrices.Until(Now - TimeSpan.FromMinutes(20));
        prices.InMemory = prices.InMemory! with
        {
            Poll = new()
            {
                LastFailure = new(PriceFault.TooManyCalls, "7.9231 is held back beside 7.1034 from https://node.example"),
                FailuresInARow = 2,
            },
        };
        await using var miner = await RunningMiner.StartAsync(
            prices,
            model: new OddModel((_, _, _) => throw new InvalidOperationException("7.1034")),
            settings: [("Bittbridge:Hotkey", TestValidator.Miner.ToString())]
        );
        using var challenge = await miner.Client.PostAsJsonAsync("/Challenge", new { timestamp = Now.ToString("O") }, Ct);

        using var response = await miner.Client.GetAsync("/health/ready", Ct);
        var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Ct)).RootElement;
        Assert.Equal(["status", "parts"], answer.EnumerateObject().Select(property => property.Name));
        Assert.Equal(Parts, answer.GetProperty("parts").EnumerateObject().Select(part => part.Name));
        Assert.Every(
            answer.GetProperty("parts").EnumerateObject(),
            part =>
            {
                Assert.Equal(["status"], part.Value.EnumerateObject().Select(property => property.Name));
                Assert.Contains(part.Value.GetProperty("status").GetString(), new[] { "Healthy", "Degraded", "Unhealthy" });
            }
        );
        Assert.Equal(["Cache-Control", "Content-Type", "Date", "Server", "Transfer-Encoding"], Headers(response));
    }

    [Fact]
    public async Task However_often_strangers_ask_no_forecast_is_made()
    {
        var asked = 0;
        await using var miner = await RunningMiner.StartAsync(
            FixedPrices.Until(Now),
            model: new OddModel(
                (_, _, _) =>
                {
                    Interlocked.Increment(ref asked);
                    return new(new Forecast(7.1));
                }
            )
        );
        for (var i = 0; i < 50; i++)
        {
            Assert.StartsWith("200 ", await AskAsync(miner, "/health/ready"), StringComparison.Ordinal);
        }

        Assert.Equal(0, asked);
    }

    // In each of these the caller is on this machine.
    [Theory]
    [InlineData("Forwarded: for=203.0.113.9")]
    [InlineData("X-Forwarded-For: 203.0.113.9")]
    [InlineData("X-Forwarded-For: ")]
    [InlineData("x_forwarded_for: 203.0.113.9")]
    [InlineData("X-Forwarded-Proto: https")]
    [InlineData("X-Forwarded-Host: miner.example")]
    [InlineData("X-Original-For: 127.0.0.1:1234")]
    [InlineData("X-Original-Host: miner.example")]
    [InlineData("X-Real-IP: 203.0.113.9")]
    [InlineData("X-Client-IP: 203.0.113.9")]
    [InlineData("X-Cluster-Client-IP: 203.0.113.9")]
    [InlineData("True-Client-IP: 203.0.113.9")]
    [InlineData("CF-Connecting-IP: 203.0.113.9")]
    [InlineData("Cf-Ray: 1")]
    [InlineData("Cdn-Loop: cloudflare")]
    [InlineData("Via: 1.1 proxy.example")]
    [InlineData("X-Envoy-External-Address: 203.0.113.9")]
    [InlineData("Proxy-Connection: keep-alive")]
    [InlineData("Tailscale-User-Login: a@example.com")]
    [InlineData("X-Azure-ClientIP: 203.0.113.9")]
    [InlineData("DO-Connecting-IP: 203.0.113.9")]
    [InlineData("X-AppEngine-User-IP: 203.0.113.9")]
    [InlineData("Remote-User: a")]
    [InlineData("X-Tunnel-Authorization: tunnel a")]
    [InlineData("X-ARR-LOG-ID: 1")]
    [InlineData("X-Amz-Cf-Id: 1")]
    public async Task A_caller_whose_request_came_through_a_proxy_on_this_machine_gets_no_details(string header)
    {
        await using var miner = await RunningMiner.StartAsync(FixedPrices.Until(Now));
        var answer = await RawAsync(miner, "HTTP/1.1", "localhost", header);
        Assert.StartsWith("HTTP/1.1 401 ", answer, StringComparison.Ordinal);
        Assert.Equal(
            "This route is for the miner's operator: ask from the miner's own machine, or send the setting Operator:Token as "
                + "'Authorization: Bearer TOKEN', or as the password where a browser asks for one.",
            JsonDocument
                .Parse(answer[(answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..])
                .RootElement.GetProperty("message")
                .GetString()
        );
    }

    [Theory]
    [InlineData("HTTP/1.1", "miner.example", 401)]
    [InlineData("HTTP/1.1", "miner.example:8091", 401)]
    [InlineData("HTTP/1.1", "203.0.113.9", 401)]
    [InlineData("HTTP/1.1", "localhost.example", 401)]
    [InlineData("HTTP/1.0", "localhost", 401)]
    [InlineData("HTTP/1.1", "localhost", 200)]
    [InlineData("HTTP/1.1", "LOCALHOST:8091", 200)]
    [InlineData("HTTP/1.1", "127.0.0.1:8091", 200)]
    [InlineData("HTTP/1.1", "[::1]:8091", 200)]
    public async Task A_caller_on_this_machine_is_the_operator_when_it_asks_for_this_machine(string protocol, string host, int status)
    {
        await using var miner = await RunningMiner.StartAsync(FixedPrices.Until(Now));
        Assert.StartsWith($"HTTP/1.1 {status} ", await RawAsync(miner, protocol, host), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData($"Bearer {Token}", 200)]
    [InlineData($"bearer {Token}", 200)]
    [InlineData($"Bearer {Token}0", 401)]
    [InlineData("Bearer 6d8f4ac21b9e4d7fa7c3e0b15d92f865", 401)]
    [InlineData($"Basic {Token}", 401)]
    [InlineData(Token, 401)]
    [InlineData("Bearer", 401)]
    [InlineData("Bearer ", 401)]
    [InlineData("", 401)]
    public async Task A_caller_from_elsewhere_is_the_operator_with_the_token_alone(string authorization, int status)
    {
        await using var miner = await RunningMiner.StartAsync(FixedPrices.Until(Now), settings: [("Bittbridge:Operator:Token", Token)]);
        var answer = await RawAsync(miner, "HTTP/1.1", "miner.example", $"Authorization: {authorization}");
        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
        Assert.Equal(status == 401, answer.Contains("WWW-Authenticate: Bearer", StringComparison.Ordinal));
        Assert.DoesNotContain(Token, answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_configured_token_every_token_is_rejected_and_so_are_two_tokens()
    {
        await using var without = await RunningMiner.StartAsync(FixedPrices.Until(Now));
        Assert.StartsWith(
            "HTTP/1.1 401 ",
            await RawAsync(without, "HTTP/1.1", "miner.example", $"Authorization: Bearer {Token}"),
            StringComparison.Ordinal
        );
        await using var with = await RunningMiner.StartAsync(FixedPrices.Until(Now), settings: [("Bittbridge:Operator:Token", Token)]);
        Assert.StartsWith(
            "HTTP/1.1 401 ",
            await RawAsync(with, "HTTP/1.1", "miner.example", $"Authorization: Bearer wrong\r\nAuthorization: Bearer {Token}"),
            StringComparison.Ordinal
        );
    }

    private static async Task<string> AskAsync(RunningMiner miner, string path)
    {
        using var response = await miner.Client.GetAsync(path, Ct);
        return $"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync(Ct)}";
    }

    private static async Task<JsonElement> DetailsAsync(RunningMiner miner, HttpStatusCode expected)
    {
        using var response = await miner.Client.GetAsync("/health/details", Ct);
        Assert.Equal(expected, response.StatusCode);
        return await response.Content.ReadFromJsonAsync<JsonElement>(Ct);
    }

    private static (string? Status, string? Detail) Part(JsonElement health, string name)
    {
        var part = health.GetProperty("parts").GetProperty(name);
        return (part.GetProperty("status").GetString(), part.GetProperty("detail").GetString());
    }

    private static IEnumerable<string> Headers(HttpResponseMessage response) =>
        response.Headers.Concat(response.Content.Headers).Select(header => header.Key).Order(StringComparer.Ordinal);

    private static Task<string> RawAsync(RunningMiner miner, string protocol, string host, params string[] headers) =>
        miner.SendRawAsync(
            Encoding.ASCII.GetBytes(
                $"GET /health/details {protocol}\r\nHost: {host}\r\nConnection: "
                    + $"close\r\n{string.Concat(headers.Select(header => header + "\r\n"))}\r\n"
            )
        );
}
