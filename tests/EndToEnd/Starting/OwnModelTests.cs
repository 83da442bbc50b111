using System.Globalization;
using System.Text.Json;
using Bittbridge.Bittensor.Authentication;
using Bittbridge.Bittensor.Keys;
using Bittbridge.Bittensor.Wire;
using Bittbridge.Miner.ModelRegistry;
using Bittbridge.Testing;
using Bittbridge.Tools.Running;

namespace Bittbridge.EndToEnd.Tests.Starting;

/// <summary>Both kinds of own models, from a file to an answered challenge.</summary>
[Collection(StartCollection.Name)]
public sealed class OwnModelTests(StartCommand start)
{
    private const string Example = "examples/my_model.cs";

    [Fact]
    public async Task The_example_runs_a_miner_that_answers_with_its_model_and_leaves_nothing_behind()
    {
        await StartCommand.BuildAsync(Example);
        var port = Ports.Free();

        var run = await start.RunAsync(["--once", "--port", port.ToString(CultureInfo.InvariantCulture)], file: Example);

        Assert.True(run.Succeeded, StartCommand.Text(run.Lines));
        Assert.Contains("Model     my-model@1", run.Lines);
        Assert.Contains(run.Lines, line => line.StartsWith("Answered  1 USDT will be about 7.", StringComparison.Ordinal));
        Assert.False(Ports.IsBusy(port), $"A program still listens on port {port}.");
    }

    [Fact]
    public async Task A_class_is_pushed_to_a_running_miner_which_then_answers_with_it()
    {
        await StartCommand.BuildAsync(Example);
        var port = Ports.Free();
        var ct = TestContext.Current.CancellationToken;
        // With a recording the storage is of this run only, and so is the version that is activated.
        await using var run = await start.StartAsync(["--port", port.ToString(CultureInfo.InvariantCulture), "--prices", TestPrices.Path]);

        var push = await start.RunAsync(["push", "--local"], file: Example);
        var again = await start.RunAsync(["push", "--local"], file: Example);

        Assert.True(push.Succeeded, StartCommand.Text(push.Lines));
        Assert.Contains(push.Lines, line => line.StartsWith("✓ my-model@1 (class, 3 files, ", StringComparison.Ordinal));
        Assert.DoesNotContain(push.Lines, line => line.Contains("ModelSigners", StringComparison.Ordinal));
        Assert.True(again.Succeeded, StartCommand.Text(again.Lines));

        await new DeploymentTable(new(new(StorageOf(start.LocalFolder))), TimeProvider.System).ChangeAsync(
            before => before.Activate(before.Active with { Model = new("my-model", "1") }),
            ct
        );
        using var caller = DevelopmentKey.Derive("//Alice");
        using var validator = new Dendrite(
            new($"http://127.0.0.1:{port}/"),
            caller,
            DevelopmentKey.Derive("//Bob").Address,
            WireFormat.V10,
            TimeProvider.System
        );
        await Eventually.TrueAsync(
            async () => (await validator.AskAsync(ct)).Model == "my-model@1",
            () => StartCommand.Text(run.LastLines)
        );
        StartCommand.Terminate(run);
        await run.WaitForExitAsync(ct);

        static string StorageOf(string folder) =>
            JsonDocument
                .Parse(File.ReadAllText(Directory.GetFiles(folder, "environment*.json").MaxBy(File.GetLastWriteTimeUtc)!))
                .RootElement.GetProperty("Values")
                .GetProperty("Bittbridge__Storage")
                .GetString()!;
    }

    [Theory]
    [InlineData(Example, "my-model@1")]
    [InlineData("examples/ml_model.cs", "ml@1")]
    [InlineData("examples/arima_model.cs", "time-series@1")]
    public async Task Each_example_keeps_the_contract(string example, string model)
    {
        await StartCommand.BuildAsync(example);

        var run = await start.RunAsync(["check"], file: example);

        Assert.True(run.Succeeded, StartCommand.Text(run.Lines));
        Assert.Equal($"✓ {model} keeps the contract of every model", Assert.Single(run.Lines));
    }

    [Fact]
    public async Task The_example_that_calls_an_API_keeps_the_contract_and_says_when_the_API_does_not_answer()
    {
        const string Api = "examples/api_model.cs";
        await StartCommand.BuildAsync(Api);
        var server = new StandInServer(200, """{"usdt_cny":7.1}""");
        await using (server)
        {
            var answered = await start.RunAsync(["check"], Address(server.Url + "/price"), Api);
            Assert.True(answered.Succeeded, StartCommand.Text(answered.Lines));
        }

        var refused = await start.RunAsync(["check"], Address(server.Url + "/price"), Api);

        Assert.Equal(1, refused.ExitCode);
        var said = Assert.Single(refused.Lines);
        Assert.StartsWith("api@1 breaks the contract: with 600 prices it threw HttpRequestException: ", said, StringComparison.Ordinal);
        Assert.Contains("(api_model.cs:13)", said, StringComparison.Ordinal);

        static Dictionary<string, string?> Address(string url) => new() { ["MY_API_URL"] = url };
    }

    [Fact]
    public async Task The_example_is_measured_and_ranked_against_the_default_by_its_own_file()
    {
        await StartCommand.BuildAsync(Example);
        var prices = Path.Combine(start.LocalFolder, "prices.csv");
        await File.WriteAllLinesAsync(
            prices,
            Enumerable
                .Range(0, 900)
                .Select(i =>
                    $"{DateTimeOffset.UnixEpoch.AddYears(55).AddMinutes(5 * i):u},{7.1 + Math.Sin(i / 40.0) / 200 + i % 3 * 1e-4:0.0000}"
                )
                .Prepend("timestamp_utc,close"),
            TestContext.Current.CancellationToken
        );

        var backtest = await start.RunAsync(["backtest", "--prices", prices, "--json"], file: Example);
        var tournament = await start.RunAsync(["tournament", "--prices", prices, "--json"], file: Example);

        Assert.True(backtest.Succeeded, StartCommand.Text(backtest.Lines));
        var result = Json(backtest);
        Assert.Equal("my-model@1", result.GetProperty("model").GetString());
        Assert.Equal(0, result.GetProperty("fellBack").GetInt32());
        Assert.True(tournament.Succeeded, StartCommand.Text(tournament.Lines));
        var standings = Json(tournament).GetProperty("standings").EnumerateArray().ToList();
        Assert.Equal(
            ["arima:residual", "filtered-smoothers", "last-price:residual", "my-model"],
            standings.Select(standing => standing.GetProperty("name").GetString()!).Order(StringComparer.Ordinal)
        );
        Assert.Every(
            standings.Where(standing => standing.GetProperty("name").GetString() != "my-model"),
            standing =>
            {
                var bounds = standing.GetProperty("comparison").GetProperty("shareDifferenceBounds");
                Assert.InRange(
                    standing.GetProperty("comparison").GetProperty("shareDifference").GetDouble(),
                    bounds.GetProperty("lower").GetDouble(),
                    bounds.GetProperty("upper").GetDouble()
                );
            }
        );

        // Progress may come before the JSON.
        static JsonElement Json(ProgramResult run) =>
            JsonDocument.Parse(string.Concat(run.Lines.SkipWhile(line => line != "{"))).RootElement;
    }

    [Fact]
    public async Task A_natural_file_outside_the_repository_runs_and_a_failing_model_is_told_with_its_line()
    {
        using var folder = new TemporaryModel(
            """
            using System.Net.Http;
            using Bittbridge.Models;

            return await ModelApp.RunAsync<badModel>(args);

            class badModel : IPredictionModel
            {
                string unused = "a private field without an underscore";
                private HttpClient client = new HttpClient();
                public ModelId Id => new ModelId("bad", "1");
                public ValueTask<Forecast?> PredictAsync(DateTimeOffset timestamp, PriceHistory history, CancellationToken ct)
                {
                    throw new InvalidOperationException("my own bug");
                }
            }
            """
        );
        await StartCommand.BuildAsync(folder.File);

        var check = await start.RunAsync(["check"], file: folder.File, folder: folder.Folder);
        var once = await start.RunAsync(
            ["--once", "--port", Ports.Free().ToString(CultureInfo.InvariantCulture)],
            file: folder.File,
            folder: folder.Folder
        );

        const string Fault = "it threw InvalidOperationException: my own bug (model.cs:14)";
        Assert.Equal(1, check.ExitCode);
        Assert.StartsWith($"bad@1 breaks the contract: with 600 prices {Fault}: ", Assert.Single(check.Lines), StringComparison.Ordinal);
        Assert.Equal(1, once.ExitCode);
        Assert.Contains(
            once.Lines,
            line =>
                line.StartsWith("Model     last-price@1, because the model that was asked for gave no answer: ", StringComparison.Ordinal)
                && line.Contains(Fault, StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task The_examples_help_names_the_example()
    {
        await StartCommand.BuildAsync(Example);

        var run = await start.RunAsync(["--help"], file: Example);

        Assert.True(run.Succeeded, StartCommand.Text(run.Lines));
        Assert.Contains(run.Lines, line => line.Contains($"dotnet run {Example} [options]", StringComparison.Ordinal));
    }

    [Fact]
    public async Task SIGTERM_stops_the_example_and_everything_that_it_started()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no SIGTERM; Ctrl+C was not tested there.");
        await StartCommand.BuildAsync(Example);
        var port = Ports.Free();
        await using var run = await start.StartAsync(["--port", port.ToString(CultureInfo.InvariantCulture)], Example);
        var children = ProcessTree.DescendantsOf(run.Id);
        Assert.True(Ports.IsBusy(port));

        StartCommand.Terminate(run);
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(3));

        Assert.Equal(0, await run.WaitForExitAsync(patience.Token));
        Assert.False(Ports.IsBusy(port), $"A program still listens on port {port}.");
        Assert.Every(children, child => Assert.True(child.HasExited, $"{child.Id} is still running."));
    }

    [Fact]
    public async Task A_folder_with_an_ONNX_file_answers_without_a_line_of_code()
    {
        using var folder = new ModelFolder(SmallModel.Description(), GraphFile.Of("Identity", [1, 1]));

        var run = await start.RunAsync(
            ["--once", "--port", Ports.Free().ToString(CultureInfo.InvariantCulture)],
            new Dictionary<string, string?> { ["Bittbridge__Model"] = folder.Path }
        );

        Assert.True(run.Succeeded, StartCommand.Text(run.Lines));
        Assert.Contains("Model     small@1", run.Lines);
    }

    [Fact]
    public async Task A_model_without_an_answer_is_named_with_the_reason_and_the_exit_status_is_1()
    {
        // The graph does what its description says, but its price is implausible.
        using var folder = new ModelFolder(SmallModel.Description(price: MathF.Exp(7)), GraphFile.Of("Exp", [1, 1]));

        var run = await start.RunAsync(
            ["--once", "--port", Ports.Free().ToString(CultureInfo.InvariantCulture)],
            new Dictionary<string, string?> { ["Bittbridge__Model"] = folder.Path }
        );

        Assert.Equal(1, run.ExitCode);
        Assert.Contains(
            run.Lines,
            line =>
                line.StartsWith("Model     last-price@1, because the model that was asked for gave no answer: ", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task A_folder_that_cannot_be_loaded_is_named_with_the_reason_and_the_exit_status_is_1()
    {
        using var folder = new ModelFolder(SmallModel.Description(price: 8), GraphFile.Of("Identity", [1, 1]));

        var run = await start.RunAsync(
            ["--once", "--port", Ports.Free().ToString(CultureInfo.InvariantCulture)],
            new Dictionary<string, string?> { ["Bittbridge__Model"] = folder.Path }
        );

        Assert.Equal(1, run.ExitCode);
        Assert.Contains(
            run.Lines,
            line =>
                line.StartsWith("Model     ", StringComparison.Ordinal)
                && line.Contains(", because the model that was asked for gave no answer: ", StringComparison.Ordinal)
        );
    }

    /// <summary>A model's file in a folder of its own, outside the repository.</summary>
    private sealed class TemporaryModel : IDisposable
    {
        public TemporaryModel(string text)
        {
            var project = RepositoryFolder.At("src", "ModelApp", "Bittbridge.ModelApp.csproj");
            File = Path.Combine(Folder, "model.cs");
            System.IO.File.WriteAllText(File, $"#:project {project}{Environment.NewLine}{text}");
        }

        public string Folder { get; } = Directory.CreateTempSubdirectory("bittbridge-model-").FullName;

        public string File { get; }

        public void Dispose() => Directory.Delete(Folder, recursive: true);
    }
}
