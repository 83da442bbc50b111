using Spectre.Console;

namespace Bittbridge.Cli.Tests;

/// <summary>A command as its user types it, and what it said. One at a time: commands share the console.</summary>
internal sealed record CommandRun(int Status, string Output, string Error)
{
    public static async Task<CommandRun> Of(params string[] args)
    {
        var (output, error, console) = (Console.Out, Console.Error, AnsiConsole.Console);
        using var said = new StringWriter();
        using var complained = new StringWriter();
        Console.SetOut(said);
        Console.SetError(complained);
        AnsiConsole.Console = AnsiConsole.Create(new() { Out = new AnsiConsoleOutput(said) });
        try
        {
            return new(await Workbench.RunAsync(args), said.ToString(), complained.ToString());
        }
        finally
        {
            Console.SetOut(output);
            Console.SetError(error);
            AnsiConsole.Console = console;
        }
    }
}
