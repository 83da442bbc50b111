using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Bittbridge.Miner.Forecasting;
using Bittbridge.Miner.Tests.Forecasting;
using Bittbridge.Miner.Tests.Http;
using Bittbridge.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Bittbridge.Miner.Tests.HttpModels;

/// <summary>A model that another program serves, through the miner as it is put together: on sockets, with the settings.</summary>
public sealed class ServedModelTests
{
    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_program_answers_challenges_and_the_miner_adds_the_missing_interval()
    {
        await using var program = ModelProgram.Start("""{"prediction": 7.101, "interval": null}""");
        await using var miner = await StartAsync(program.Url + "#my-arima@2", ("Bittbridge:ModelToken", "a-token"));

        var (model, answer) = await AskAsync(miner);

        Assert.Equal(("my-arima@2", 7.101), (model, answer.GetProperty("prediction").GetDouble()));
        var interval = answer.GetProperty("interval").EnumerateArray().Select(bound => bound.GetDouble()).ToList();
        Assert.True(interval[0] < 7.101 && 7.101 < interval[1]);
        Assert.Contains("Authorization: Bearer a-token", Assert.Single(program.Posts).Head, StringComparison.Ordinal);
        Assert.Equal(("Healthy", "my-arima@2"), await HealthAsync(miner));
    }

    [Fact]
    public async Task The_programs_own_interval_is_the_answer()
    {
        await using var program = ModelProgram.Start("""{"prediction": 7.101, "interval": [7.09, 7.12]}""");
        await using var miner = await StartAsync(program.Url);

        var (model, answer) = await AskAsync(miner);

        Assert.Equal(("http@1", "[7.09,7.12]"), (model, answer.GetProperty("interval").GetRawText()));
    }

    [Fact]
    public async Task A_program_that_is_not_there_costs_only_its_forecasts_and_answers_as_soon_as_it_is()
    {
        var port = FreePort();
        await using var miner = await StartAsync($"http://127.0.0.1:{port}/");
        await miner.Services.GetRequiredService<IActiveModel>().Current.Model.InitializeAsync().WaitAsync(Ct);
        var reason = $"http@1 gives no forecast: http://127.0.0.1:{port} can't be reached (";
        var (status, detail) = await HealthAsync(miner);
        Assert.Equal("Degraded", status);
        Assert.StartsWith(reason, detail, StringComparison.Ordinal);

        // More often than a model may fail.
        for (var i = 0; i <= ModelCircuitBreaker.MaxFailures; i++)
        {
            Assert.Equal("last-price@1", (await AskAsync(miner)).Model);
        }

        await using var program = ModelProgram.Start(_ => ModelReply.Of(200, """{"prediction": 7.1}"""), port);

        Assert.Equal("http@1", (await AskAsync(miner)).Model);
    }

    [Theory]
    [InlineData("""{"prediction": 71}""", "a price of 71 is too far from the last one")]
    [InlineData("""{"prediction": 7.1, "interval": [7.2, 7.0]}""", "whose bounds are reversed")]
    public async Task A_wrong_answer_costs_one_forecast_and_health_says_why(string wrong, string reason)
    {
        await using var program = ModelProgram.Start(wrong);
        await using var miner = await StartAsync(program.Url);

        Assert.Equal("last-price@1", (await AskAsync(miner)).Model);

        var (status, detail) = await HealthAsync(miner);
        Assert.Equal("Degraded", status);
        Assert.StartsWith("http@1 gave no forecast: ", detail, StringComparison.Ordinal);
        Assert.Contains(reason, detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_that_never_answers_costs_one_forecast_within_the_budget()
    {
        await using var program = ModelProgram.Start(request =>
            request.Head.StartsWith("GET ", StringComparison.Ordinal) ? ModelReply.Of(200, "{}") : new(null)
        );
        await using var miner = await StartAsync(program.Url, ("Bittbridge:BudgetMs", "200"));

        Assert.Equal("last-price@1", (await AskAsync(miner)).Model);
    }

    private static Task<RunningMiner> StartAsync(string url, params (string, string)[] settings) =>
        RunningMiner.StartAsync(FixedPrices.Until(Now), settings: [("Bittbridge:Model", url), .. settings]);

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task<(string Model, JsonElement Answer)> AskAsync(RunningMiner miner)
    {
        using var client = miner.Client;
        using var response = await client.PostAsync(
            "Challenge",
            new StringContent($$"""{"timestamp":"{{Now:yyyy-MM-dd'T'HH:mm:ss'Z'}}"}"""),
            Ct
        );
        return (response.Headers.GetValues("x-bittbridge-model").Single(), await ReadAsync(response));
    }

    private static async Task<(string Status, string Detail)> HealthAsync(RunningMiner miner)
    {
        using var client = miner.Client;
        using var response = await client.GetAsync("health/details", Ct);
        var part = (await ReadAsync(response)).GetProperty("parts").GetProperty("model");
        return (part.GetProperty("status").GetString()!, part.GetProperty("detail").GetString()!);
    }

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage response) =>
        JsonDocument.Parse(await response.Content.ReadAsStringAsync(Ct)).RootElement;
}
