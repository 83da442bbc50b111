using System.Text.Json;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.ModelRegistry;
using Bittbridge.Miner.Tests.Http;
using Bittbridge.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Bittbridge.Miner.Tests.Forecasting;

/// <summary>A model as a folder, through the miner as it is put together: on a socket, with the setting.</summary>
public sealed class ConfiguredFolderTests
{
    // One step of the closes in and out again: the last price, plus nothing.
    private static readonly byte[] Identity = GraphFile.Of("Identity", [1, 1]);

    [Fact]
    public async Task The_folder_that_the_setting_names_answers_challenges()
    {
        using var folder = new ModelFolder(SmallModel.Description(), Identity);
        await using var miner = await StartAsync(folder.Path);

        var (model, prediction) = await AskAsync(miner);

        Assert.Equal("small@1", model);
        Assert.Equal(FixedPrices.Until(Now).InMemory!.History.Newest!.Value.Cny, prediction, 1e-5);
        Assert.Equal(("Healthy", "small@1"), await HealthAsync(miner));
    }

    public static TheoryData<string> Faults => ["no folder", "no file", "no model", "wrong shape", "missing output", "a case that fails"];

    [Theory, MemberData(nameof(Faults))]
    public async Task A_folder_that_cannot_be_loaded_is_reported_in_one_sentence_and_the_default_model_answers(string fault)
    {
        var description = SmallModel.Description(price: fault == "a case that fails" ? 7.5 : 7);
        if (fault == "missing output")
        {
            description["output"]!["price"] = "price";
        }

        using var folder = new ModelFolder(
            description,
            fault switch
            {
                "no file" => null,
                "no model" => [1, 2, 3],
                "wrong shape" => GraphFile.Of("Identity", [1, 9]),
                _ => Identity,
            }
        );
        var path = fault == "no folder" ? folder.At("elsewhere") : folder.Path;
        await using var miner = await StartAsync(path);

        var (model, _) = await AskAsync(miner);

        Assert.StartsWith(MinerSettings.DefaultModel + "@", model, StringComparison.Ordinal);
        var (status, detail) = await HealthAsync(miner);
        Assert.Equal("Degraded", status);
        Assert.StartsWith($"The file {path}", detail, StringComparison.Ordinal);
        Assert.EndsWith($". {model} answers instead. (in service: {model})", detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_that_returns_NaN_falls_back_to_the_last_price_and_health_shows_the_reason()
    {
        // The root of the last step's return: nothing to complain about while prices rise.
        using var folder = new ModelFolder(
            SmallModel.Description("log-returns", window: [7, 7], kind: "change"),
            GraphFile.Of("Sqrt", [1, 1])
        );
        var prices = FixedPrices.Until(Now);
        var falling = prices.InMemory!.History.Merge([new(prices.InMemory.History.Newest!.Value.Time, 7.0)]);
        prices.InMemory = prices.InMemory with { History = falling };
        await using var miner = await StartAsync(folder.Path, prices);

        var (model, prediction) = await AskAsync(miner);

        Assert.Equal(("last-price@1", 7.0), (model, prediction));
        var (status, detail) = await HealthAsync(miner);
        Assert.Equal("Degraded", status);
        Assert.StartsWith("small@1 gave no forecast: model.onnx returned an invalid price (NaN)", detail, StringComparison.Ordinal);
    }

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    [Fact]
    public async Task The_miner_listens_and_answers_while_the_folder_is_still_being_loaded()
    {
        using var folder = new ModelFolder(SmallModel.Description(), GraphFile.Endless());
        await using var miner = await StartAsync(folder.Path, isLoaded: false);

        var (model, _) = await AskAsync(miner);

        Assert.Equal(MinerSettings.DefaultModel + "@1", model);
    }

    private static async Task<RunningMiner> StartAsync(string folder, FixedPrices? prices = null, bool isLoaded = true)
    {
        var miner = await RunningMiner.StartAsync(prices ?? FixedPrices.Until(Now), settings: [("Bittbridge:Model", folder)]);
        if (isLoaded)
        {
            await miner.Services.GetRequiredService<DeploymentWatcher>().RefreshIfDue().WaitAsync(TestContext.Current.CancellationToken);
        }

        return miner;
    }

    private static async Task<(string Model, double Prediction)> AskAsync(RunningMiner miner)
    {
        using var client = miner.Client;
        using var response = await client.PostAsync(
            "Challenge",
            new StringContent($$"""{"timestamp":"{{Now:yyyy-MM-dd'T'HH:mm:ss'Z'}}"}"""),
            TestContext.Current.CancellationToken
        );
        var answer = await ReadAsync(response);
        return (response.Headers.GetValues("x-bittbridge-model").Single(), answer.GetProperty("prediction").GetDouble());
    }

    private static async Task<(string Status, string Detail)> HealthAsync(RunningMiner miner)
    {
        using var client = miner.Client;
        using var response = await client.GetAsync("health/details", TestContext.Current.CancellationToken);
        var part = (await ReadAsync(response)).GetProperty("parts").GetProperty("model");
        return (part.GetProperty("status").GetString()!, part.GetProperty("detail").GetString()!);
    }

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage response) =>
        JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement;
}
