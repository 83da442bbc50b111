using System.Text.Json.Nodes;
using Bittbridge.Models.BuiltIn.Linear;
using Bittbridge.Models.Intervals;
using Bittbridge.Testing;

namespace Bittbridge.Cli.Tests.ModelVersions;

[Collection(CommandRun.Console)]
public sealed class VerifyModelTests
{
    private static readonly LinearModelParameters Linear = new(
        LinearModelParameters.CurrentFormat,
        "1",
        "nothing",
        DateTimeOffset.UnixEpoch,
        DateTimeOffset.UnixEpoch,
        1,
        [0.0],
        [1.0],
        [0.0],
        0.001
    );

    [Fact]
    public async Task A_model_without_faults_loads_and_keeps_the_contract()
    {
        using var folder = new ModelFolder(SmallModel.Description(), GraphFile.Of("Identity", [1, 1]));

        var (status, output, error) = await RunAsync("models", "verify", folder.Path);

        Assert.Equal((0, ""), (status, error));
        Assert.Contains("small@1 loads and reproduces 1 case", output, StringComparison.Ordinal);
        Assert.Contains("small@1 keeps the contract", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_that_cannot_be_loaded_is_one_sentence_and_exit_status_1()
    {
        using var folder = new ModelFolder(SmallModel.Description(price: 7.1), GraphFile.Of("Identity", [1, 1]));

        var (status, output, error) = await RunAsync("models", "verify", folder.Path);

        Assert.Equal((1, ""), (status, output));
        Assert.StartsWith(
            $"The file {folder.At("model.onnx")} does not reproduce cases[0]",
            Assert.Single(error.TrimEnd().Split('\n')),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_broken_rule_of_the_contract_is_explained()
    {
        // The close itself as a change: 14 CNY.
        var description = SmallModel.Description(kind: "change", price: 14);
        using var folder = new ModelFolder((JsonNode)description, GraphFile.Of("Identity", [1, 1]));

        var (status, _, error) = await RunAsync("models", "verify", folder.Path);

        Assert.Equal(1, status);
        Assert.StartsWith("small@1 breaks the contract: with 600 prices it forecast 14.", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_push_takes_is_verified_too(bool byFolder)
    {
        using var folder = new ModelFolder((string?)null, null);
        File.WriteAllText(folder.At("linear.json"), Linear.ToJson());

        var (status, output, error) = await RunAsync("models", "verify", byFolder ? folder.Path : folder.At("linear.json"));

        Assert.Equal((0, ""), (status, error));
        Assert.Contains("linear@1 keeps the contract", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_calibration_is_loaded_and_a_damaged_one_is_one_sentence()
    {
        using var folder = new ModelFolder((string?)null, null);
        File.WriteAllText(folder.At("calibration.json"), ShippedCalibration.Value.ToJson());
        var (status, output, error) = await RunAsync("models", "verify", folder.Path);
        Assert.Equal((0, ""), (status, error));
        Assert.Contains("calibration.json loads", output, StringComparison.Ordinal);

        File.WriteAllText(folder.At("calibration.json"), "{}");
        (status, output, error) = await RunAsync("models", "verify", folder.Path);
        Assert.Equal((1, ""), (status, output));
        Assert.StartsWith(
            $"The file {folder.At("calibration.json")} can't be used (it has no field 'formatVersion'): make it again with "
                + "'bittbridge calibrate'.",
            Assert.Single(error.TrimEnd().Split('\n')),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Without_a_folder_the_command_line_is_wrong() => Assert.Equal(2, (await RunAsync("models", "verify")).Status);

    private static async Task<(int Status, string Output, string Error)> RunAsync(params string[] args)
    {
        var (output, error) = (Console.Out, Console.Error);
        using var said = new StringWriter();
        using var complained = new StringWriter();
        Console.SetOut(said);
        Console.SetError(complained);
        Spectre.Console.AnsiConsole.Console = Spectre.Console.AnsiConsole.Create(
            new() { Out = new Spectre.Console.AnsiConsoleOutput(said) }
        );
        try
        {
            return (await CliApp.RunAsync(args, interrupt: TestContext.Current.CancellationToken), said.ToString(), complained.ToString());
        }
        finally
        {
            Console.SetOut(output);
            Console.SetError(error);
        }
    }
}
