using System.CommandLine;
using System.Globalization;
using Bittbridge.Models;
using Bittbridge.Models.Packages;
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
    private static readonly Argument<string> Folder = new("PATH")
    {
        Description = "The folder with model.json and the ONNX file, or with linear.json or calibration.json, or one of these two files",
    };

    public static Command Create()
    {
        var command = new Command(
            "verify",
            "Loads a model, has it reproduce its cases and holds it to the contract of every model. Exit status 0 only when nothing is "
                + "wrong."
        )
        {
            Folder,
        };
        // On a thread of its own, so that a signal ends the command whatever the model does.
        command.SetAction((parsed, ct) => Task.Run(() => RunAsync(parsed.GetValue(Folder)!, ct), CancellationToken.None).WaitAsync(ct));
        return command;
    }

    private static async Task<int> RunAsync(string path, CancellationToken ct)
    {
        string[] files = Directory.Exists(path)
            ? [.. Directory.GetFiles(path).Select(file => Path.GetFileName(file))]
            : [Path.GetFileName(path)];
        if (
            !files.Contains(ModelDescription.FileName, StringComparer.Ordinal)
            && ModelLoaders.BuiltIn.FirstOrDefault(loader => loader.Recognises(files)) is { } loader
        )
        {
            return await VerifyParametersAsync(loader, path);
        }

        if (!OnnxFolder.TryLoad(path, out var model, out var problem, ct))
        {
            await Console.Error.WriteLineAsync(problem);
            return 1;
        }

        using (model)
        {
            var cases = model.Description.Cases.Count;
            AnsiConsole.MarkupLineInterpolated(
                CultureInfo.InvariantCulture,
                $"[green]✓[/] {model.Id} loads and reproduces {cases} {(cases == 1 ? "case" : "cases")}"
            );
            return await HoldToContractAsync(model);
        }
    }

    /// <summary>Verifies a package that is one JSON file of parameters.</summary>
    private static async Task<int> VerifyParametersAsync(IModelLoader loader, string path)
    {
        var content = loader.Load(new ModelPackage(new ModelId(loader.Kind, "1"), PackageFiles.Read(path)));
        if (content.Problem is { } problem)
        {
            await Console.Error.WriteLineAsync(problem);
            return 1;
        }

        if (content.Model is not { } model)
        {
            AnsiConsole.MarkupLineInterpolated($"[green]✓[/] {CalibrationLoader.FileName} loads and gives intervals of a usable width");
            return 0;
        }

        AnsiConsole.MarkupLineInterpolated($"[green]✓[/] {model.Id} loads");
        return await HoldToContractAsync(model);
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
