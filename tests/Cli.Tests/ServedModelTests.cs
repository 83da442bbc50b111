using System.Globalization;
using System.Text.Json;
using Bittbridge.Testing;

namespace Bittbridge.Cli.Tests;

/// <summary>Commands with the URL of a model that another program serves.</summary>
[Collection(CommandRun.Console)]
public sealed class ServedModelTests
{
    private static string Prices => TestPrices.Path;

    [Fact]
    public async Task Verify_shows_the_first_forecast_and_checks_the_contract()
    {
        await using var program = ModelProgram.Start(LastPrice);

        var run = await CommandRun.OfAsync("models", "verify", program.Url + "#mine@2");

        Assert.Equal((0, ""), (run.Status, run.Error));
        Assert.Contains($"mine@2 at http://127.0.0.1:{program.Port} forecasts 7.1", run.Output, StringComparison.Ordinal);
        Assert.Contains("mine@2 keeps the contract of every model", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"prediction": null}""", "has no forecast for 600 prices: return one")]
    [InlineData("""{"prediction": 7.1, "interval": [7.2, 7.0]}""", "whose bounds are reversed: return [lower, upper]")]
    [InlineData("""{"prediction": 7.1, "\ud800\ud800": 1}""", "answered with JSON that contains invalid Unicode: return")]
    public async Task Verify_says_why_there_is_no_forecast(string answer, string reason)
    {
        await using var program = ModelProgram.Start(answer);

        var run = await CommandRun.OfAsync("models", "verify", program.Url);

        Assert.Equal((1, ""), (run.Status, run.Output));
        Assert.Contains(reason, Assert.Single(run.Error.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_holds_a_program_to_the_contract()
    {
        await using var program = ModelProgram.Start("""{"prediction": 71}""");

        var run = await CommandRun.OfAsync("models", "verify", program.Url);

        Assert.Equal(1, run.Status);
        Assert.StartsWith("http@1 breaks the contract: with 600 prices it forecast 71,", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_backtest_asks_the_program_for_every_forecast_with_the_token()
    {
        await using var program = ModelProgram.Start(LastPrice);

        var run = await CommandRun.InAsync(
            new Dictionary<string, string?> { ["Bittbridge:ModelToken"] = "a-token" },
            ["backtest", "--prices", Prices, "--model", program.Url, "--from", "98%", "--json"]
        );

        Assert.Equal((0, ""), (run.Status, run.Error));
        var result = JsonDocument.Parse(run.Output).RootElement;
        Assert.Equal(("http@1", 0), (result.GetProperty("model").GetString(), result.GetProperty("fellBack").GetInt32()));
        Assert.Equal(1, result.GetProperty("figures").GetProperty("maeRatio").GetDouble(), 9);
        Assert.Equal(result.GetProperty("forecasts").GetInt32(), program.Posts.Count);
        Assert.Every(program.Requests, request => Assert.Contains("Authorization: Bearer a-token", request.Head, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_tournament_takes_a_URL_with_an_aim()
    {
        await using var program = ModelProgram.Start(LastPrice);

        var run = await CommandRun.OfAsync(
            "tournament",
            "--prices",
            Prices,
            "--models",
            $"filtered-smoothers,{program.Url},http://127.0.0.1:{program.Port}:reward",
            "--from",
            "99%"
        );

        Assert.Equal(0, run.Status);
        Assert.Contains(program.Url, run.Output, StringComparison.Ordinal);
        Assert.Contains($":{program.Port}:reward", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("backtest", "--prices", "{prices}", "--model", "http://127.0.0.1:1/")]
    [InlineData("tournament", "--prices", "{prices}", "--models", "last-price,http://127.0.0.1:1/")]
    [InlineData("models", "verify", "http://127.0.0.1:1/")]
    public async Task A_program_that_cannot_be_reached_is_one_sentence(params string[] args)
    {
        var run = await CommandRun.OfAsync([.. args.Select(arg => arg == "{prices}" ? Prices : arg)]);

        Assert.NotEqual(0, run.Status);
        Assert.Contains("http://127.0.0.1:1 can't be reached (", run.Error.TrimEnd().Split('\n')[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("models", "verify", "http://127.0.0.1:9000/?code=x")]
    [InlineData("backtest", "--prices", "{prices}", "--model", "http://127.0.0.1:9000/#arima@1")]
    [InlineData("backtest", "--prices", "{prices}", "--model", "http://models.example/")]
    public async Task A_URL_that_cannot_be_used_is_a_wrong_command_line(params string[] args)
    {
        var run = await CommandRun.InAsync(
            new Dictionary<string, string?> { ["Bittbridge:ModelToken"] = "a-token" },
            [.. args.Select(arg => arg == "{prices}" ? Prices : arg)]
        );

        Assert.Equal((2, ""), (run.Status, run.Output));
        Assert.StartsWith("The model ", run.Error, StringComparison.Ordinal);
    }

    /// <summary>The newest price of the request, or none.</summary>
    private static ModelReply LastPrice(ModelRequest request)
    {
        if (request.Body.Length == 0)
        {
            return ModelReply.Of(200, "{}");
        }

        var prices = JsonDocument.Parse(request.Body).RootElement.GetProperty("prices").EnumerateArray().ToList();
        var last = prices.Count == 0 ? "null" : prices[^1].GetDouble().ToString(CultureInfo.InvariantCulture);
        return ModelReply.Of(200, $$"""{"prediction": {{last}}, "interval": null}""");
    }
}
