using System.CommandLine;
using Bittbridge.Cli.CommandLines;
using Bittbridge.Onnx;
using Spectre.Console;

namespace Bittbridge.Cli.ModelVersions;

/// <summary>
/// <c>bittbridge models verify</c>: loads a model as the miner would, and runs the conformance suite. Accepts the same paths as push. Exit
/// status 0 if both succeed, else 1.
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
            "Loads a model, checks that it reproduces its cases, and checks it against the contract of every model. Exit status 0 only "
                + "when nothing is wrong."
        )
        {
            Model,
        };
        command.Demand(result => UserPackage.Objection(result.GetValue(Model)!));
        // On another thread, so that a signal ends the command even if the model blocks.
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
            return await CheckCommand.RunAsync(model);
        }
        finally
        {
            await model.CleanupAsync();
        }
    }
}
