using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Bittbridge.Miner.Tests;

public sealed class HealthEndpointTests
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    [Fact]
    public async Task A_process_that_answers_is_live_whatever_else_is_wrong()
    {
        await using var miner = await RunningMiner.StartAsync(new FixedPrices());
        Assert.Equal(HttpStatusCode.OK, (await miner.Client.GetAsync("/health/live", TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public async Task Until_a_forecast_can_be_given_the_miner_is_not_ready_and_says_why()
    {
        await using var miner = await RunningMiner.StartAsync(new FixedPrices());
        using var response = await miner.Client.GetAsync("/health/ready", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        var report = await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        Assert.Equal("unready", report.GetProperty("status").GetString());
        Assert.Equal("no price is known yet", report.GetProperty("reason").GetString());
        Assert.Equal("unwell", report.GetProperty("parts").GetProperty("prices").GetProperty("status").GetString());
    }

    [Fact]
    public async Task With_prices_it_is_ready_and_names_its_parts()
    {
        await using var miner = await RunningMiner.StartAsync(FixedPrices.Until(Now));
        using var response = await miner.Client.GetAsync("/health/ready", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var parts = (await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken)).GetProperty("parts");
        foreach (var part in new[] { "prices", "source", "storage", "model" })
        {
            Assert.Equal("well", parts.GetProperty(part).GetProperty("status").GetString());
        }
    }

    [Fact]
    public async Task A_broken_model_leaves_the_miner_ready_and_is_named()
    {
        await using var miner = await RunningMiner.StartAsync(FixedPrices.Until(Now), model: new OddModel((_, _, _) => throw new InvalidOperationException("broken")));
        using var response = await miner.Client.GetAsync("/health/ready", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var model = (await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken)).GetProperty("parts").GetProperty("model");
        Assert.Equal("unwell", model.GetProperty("status").GetString());
        Assert.Contains("odd@1", model.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_price_source_that_fails_is_named_with_its_reason()
    {
        var prices = FixedPrices.Until(Now);
        prices.InMemory = prices.InMemory! with { Poll = new() { LastFailure = "CoinGecko answered 429", FailuresInARow = 2 } };
        await using var miner = await RunningMiner.StartAsync(prices);
        using var response = await miner.Client.GetAsync("/health/ready", TestContext.Current.CancellationToken);
        var source = (await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken)).GetProperty("parts").GetProperty("source");
        Assert.Equal("unwell", source.GetProperty("status").GetString());
        Assert.Contains("CoinGecko answered 429", source.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }
}
