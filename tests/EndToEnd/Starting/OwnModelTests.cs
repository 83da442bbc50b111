using System.Globalization;
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
    public async Task The_example_keeps_the_contract()
    {
        await StartCommand.BuildAsync(Example);

        var run = await start.RunAsync(["--check"], file: Example);

        Assert.True(run.Succeeded, StartCommand.Text(run.Lines));
        Assert.Equal("The model my-model@1 keeps the contract.", Assert.Single(run.Lines));
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
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));

        Assert.Equal(0, await run.WaitForExitAsync(patience.Token));
        Assert.False(Ports.IsBusy(port), $"A program still listens on port {port}.");
        Assert.All(children, child => Assert.True(child.HasExited, $"{child.Id} is still running."));
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
}
