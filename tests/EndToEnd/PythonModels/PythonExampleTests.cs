using Bittbridge.EndToEnd.Tests.Starting;
using Bittbridge.Miner.HttpModels;
using Bittbridge.Models;
using Bittbridge.Testing;

namespace Bittbridge.EndToEnd.Tests.PythonModels;

/// <summary>The examples that the guide of the reference miner has: a price API, scikit-learn and statsmodels.</summary>
[Collection(MinerCollection.Name)]
public sealed class PythonExampleTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 4, 5, 10, TimeSpan.Zero);

    /// <summary>A day and a half of a slow wave.</summary>
    private static readonly PriceHistory History = PriceHistory.FromPoints(
        Enumerable.Range(0, 432).Select(i => new PricePoint(Now.AddSeconds(-10).AddMinutes(5 * (i - 431)), PriceAt(i)))
    );

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_model_of_a_price_API_answers_with_its_price()
    {
        await using var api = ModelProgram.Start("""{"tether": {"cny": 7.1234}}""");
        await using var program = await PythonProgram.StartAsync(
            PythonProgram.Any(),
            [PythonProgram.Example("api_model.py")],
            new Dictionary<string, string?> { ["PRICE_API_URL"] = api.Url }
        );

        var forecast = await AskAsync(program);

        Assert.Equal(7.1234, forecast!.Price);
        Assert.True(forecast.Interval!.Value.Contains(7.1234));
    }

    [Fact]
    public async Task The_model_of_statsmodels_forecasts_an_hour_with_its_interval()
    {
        var python = await PythonProgram.WithAsync("statsmodels", "python3-statsmodels");
        await using var program = await PythonProgram.StartAsync(python, [PythonProgram.Example("arima_model.py")]);

        var forecast = await AskAsync(program);

        Assert.Equal(PriceAt(431 + 12), forecast!.Price, 0.003);
        Assert.True(forecast.Interval!.Value.Contains(forecast.Price));
    }

    [Fact]
    public async Task The_model_of_scikit_learn_is_trained_and_served_from_its_pickle()
    {
        var python = await PythonProgram.WithAsync("sklearn", "python3-sklearn");
        var folder = Directory.CreateTempSubdirectory("bittbridge-sklearn-");
        try
        {
            foreach (var file in (string[])["ml_model.py", "ml_train.py"])
            {
                File.Copy(PythonProgram.Example(file), Path.Combine(folder.FullName, file));
            }

            var (model, prices) = (Path.Combine(folder.FullName, "ml_model.py"), Path.Combine(folder.FullName, "prices.csv"));
            var untrained = await PythonProgram.RunServeAsync(python, model);
            Assert.Equal(1, untrained.ExitCode);
            Assert.Contains(
                untrained.Lines,
                line => line.Contains("train the model first, with python3 ml_train.py", StringComparison.Ordinal)
            );
            await File.WriteAllLinesAsync(
                prices,
                History.Points().Select(point => $"{point.Time:yyyy-MM-dd'T'HH:mm:ss'Z'},{point.Cny}").Prepend("timestamp_utc,close"),
                Ct
            );
            var trained = await PythonProgram.RunAsync(python, Path.Combine(folder.FullName, "ml_train.py"), prices);
            Assert.True(trained.Succeeded, StartCommand.Text(trained.Lines));
            await using var program = await PythonProgram.StartAsync(python, [model]);

            var forecast = await AskAsync(program);

            Assert.Equal(PriceAt(431 + 12), forecast!.Price, 0.001);
            Assert.True(forecast.Interval!.Value.Contains(forecast.Price));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_running_miner_answers_with_the_program_and_without_it()
    {
        await using var api = ModelProgram.Start("""{"tether": {"cny": 7.1}}""");
        await using var emulator = await StorageEmulator.StartNewAsync(Ct);
        await using var program = await PythonProgram.StartAsync(
            PythonProgram.Any(),
            [PythonProgram.Example("api_model.py")],
            new Dictionary<string, string?> { ["PRICE_API_URL"] = api.Url }
        );
        await using var miner = await SelfHostProcess.StartAsync(
            emulator.ConnectionString,
            new Dictionary<string, string?>
            {
                ["Bittbridge__Model"] = program.Url + "#price-api@1",
                // On a busy machine storage may take longer than a request waits for it.
                ["Bittbridge__Replay"] = "memory",
                // The longest there is, so that the program answers, or the connection is refused, on a busy machine too.
                ["Bittbridge__BudgetMs"] = "10000",
            }
        );

        // On a busy machine a single forecast may exceed the budget.
        await Eventually.TrueAsync(async () => (await miner.AskAsync()).Model == "price-api@1", () => StartCommand.Text(miner.LastLines));

        await program.KillAsync();
        var reply = await miner.AskAsync();
        Assert.Equal("last-price@1", reply.Model);
        Assert.NotNull(reply.Prediction);
        Assert.Contains(
            miner.LastLines,
            line => line.Contains($"http://127.0.0.1:{program.Port} can't be reached", StringComparison.Ordinal)
        );
    }

    private static double PriceAt(int slot) => 7.1 + 0.01 * Math.Sin(slot * 2 * Math.PI / 144);

    private static async Task<Forecast?> AskAsync(PythonProgram program)
    {
        Assert.True(HttpModelAddress.TryParse(program.Url, out var address, out _));
        var model = new HttpModel(HttpModel.CreateClient(address), address) { IsRequired = true };
        try
        {
            return await model.PredictAsync(Now, History, Ct);
        }
        finally
        {
            await model.CleanupAsync();
        }
    }
}
