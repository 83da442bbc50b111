using System.CommandLine;
using Bittbridge.Cli.CommandLines;
using Bittbridge.Models;
using Bittbridge.Models.Testing;
using Bittbridge.Onnx;
using Spectre.Console;

namespace Bittbridge.Cli.ModelVersions;

/// <summary>
/// Loads a model as the miner would, and holds it to the contract of every model; takes what push takes. Exit status 0 when both go well,
/// else 1.
/// </summary>
internal static class VerifyCommand
{
    private static readonly Argument<string> Model = new("PATH")
    {
        Description = "The model's folder, or its file: model.json, linear.json or calibration.json",
    };

    public static Command Create()
    {
        var command = new Command(
            "verify",
            "Loads a model, has it reproduce its cases and holds it to the contract of every model. Exit status 0 only when nothing is "
                + "wrong."
        )
        {
            Model,
        };
        command.Demand(result => UserPackage.Objection(result.GetValue(Model)!));
        // On a thread of its own, so that a signal ends the command whatever the model does.
        command.SetAction((parsed, ct) => Task.Run(() => RunAsync(parsed.GetValue(Model)!, ct), CancellationToken.None).WaitAsync(ct));
        return command;
    }

    private static async Task<int> RunAsync(string path, CancellationToken ct)
    {
        var package = UserPackage.Read(path);
        if (UserPackage.Load(package, ct).Model is not { } model)
        {
            AnsiConsole.MarkupLineInterpolated($"[green]✓[/] {package.Files.Keys.Single()} loads and gives intervals of a usable width");
            return 0;
        }

        var cases = (model as OnnxModel)?.Description.Cases.Count;
        AnsiConsole.MarkupLineInterpolated(
            $"[green]✓[/] {model.Id} loads{(cases is null ? "" : $" and reproduces {cases} {(cases == 1 ? "case" : "cases")}")}"
        );
        try
        {
            return await HoldToContractAsync(model);
        }
        finally
        {
            await model.CleanupAsync();
        }
    }

    private static async Task<int> HoldToContractAsync(IPredictionModel model)
    {
        var report = ModelConformance.Examine(model);
        if (report.IsKept)
        {
            AnsiConsole.MarkupLineInterpolated($"[green]✓[/] {model.Id} keeps the contract of every model");
            return 0;
        }

        foreach (var broken in report.Broken)
        {
            await Console.Error.WriteLineAsync($"{model.Id} breaks the contract: {broken.Sentence}");
        }

        return 1;
    }
}
