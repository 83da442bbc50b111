using System.CommandLine;
using Bittbridge.Models;
using Bittbridge.Models.Testing;
using Spectre.Console;

namespace Bittbridge.Cli.ModelVersions;

/// <summary><c>check</c>: runs the conformance suite on the model of the program. Exit status 0 if it conforms, else 1.</summary>
internal static class CheckCommand
{
    public static Command Create(Func<IPredictionModel> model)
    {
        var command = new Command(
            "check",
            "Checks the model against the contract of every model. Exit status 0 only when nothing is wrong."
        );
        // On another thread, so that a signal ends the command even if the model blocks.
        command.SetAction((_, ct) => Task.Run(() => RunAsync(model()), CancellationToken.None).WaitAsync(ct));
        return command;
    }

    public static async Task<int> RunAsync(IPredictionModel model)
    {
        var report = ModelConformance.Examine(model);
        if (report.IsKept)
        {
            AnsiConsole.MarkupLineInterpolated($"[green]✓[/] {model.Id} keeps the contract of every model");
            return 0;
        }

        foreach (var broken in report.Broken)
        {
            await Console.Error.WriteLineAsync($"{report.Model} breaks the contract: {broken.Sentence}");
        }

        return 1;
    }
}
