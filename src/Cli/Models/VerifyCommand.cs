using System.CommandLine;
using System.Globalization;
using Bittbridge.Models;
using Bittbridge.Onnx;
using Spectre.Console;

namespace Bittbridge.Cli.Models;

/// <summary>Loads a model's folder as the miner would, and holds it to the contract of every model. Exit status 0 when both go well, else 1.</summary>
internal static class VerifyCommand
{
    private static readonly Argument<string> Folder = new("FOLDER") { Description = "The folder with model.json and the ONNX file" };

    public static Command Create()
    {
        var command = new Command("verify", "Loads a model's folder, has it reproduce its cases and holds it to the contract of every model. Exit status 0 only when nothing is wrong.") { Folder };
        // On a thread of its own, so that a signal ends the command whatever the model does.
        command.SetAction((parsed, ct) => Task.Run(() => RunAsync(parsed.GetValue(Folder)!, ct), CancellationToken.None).WaitAsync(ct));
        return command;
    }

    private static async Task<int> RunAsync(string folder, CancellationToken ct)
    {
        if (!OnnxFolder.TryLoad(folder, out var model, out var problem, ct))
        {
            await Console.Error.WriteLineAsync(problem).ConfigureAwait(false);
            return 1;
        }

        using (model)
        {
            var cases = model.Description.Cases.Count;
            AnsiConsole.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"[green]✓[/] {model.Id} loads and reproduces {cases} {(cases == 1 ? "case" : "cases")}");
            var report = ModelContract.Examine(model);
            if (report.IsKept)
            {
                AnsiConsole.MarkupLineInterpolated($"[green]✓[/] {model.Id} keeps the contract of every model");
                return 0;
            }

            foreach (var broken in report.Broken)
            {
                await Console.Error.WriteLineAsync($"{model.Id} breaks the contract: {broken.Sentence}").ConfigureAwait(false);
            }

            return 1;
        }
    }
}
