using Microsoft.Extensions.Configuration;
using Spectre.Console;

namespace Bittbridge.Cli.Tests.ModelVersions;

/// <summary>Runs a command line and keeps what it says. Those who use it share the console, so they run one at a time.</summary>
internal static class TypedCommand
{
    public static Task<(int Status, string Output, string Error)> RunAsync(IConfiguration environment, params string[] args) =>
        RunAsync(() => CliApp.RunAsync(args, environment));

    public static async Task<(int Status, string Output, string Error)> RunAsync(Func<Task<int>> run)
    {
        var (output, error) = (Console.Out, Console.Error);
        using var said = new StringWriter();
        using var complained = new StringWriter();
        Console.SetOut(said);
        Console.SetError(complained);
        AnsiConsole.Console = AnsiConsole.Create(new() { Out = new AnsiConsoleOutput(said) });
        AnsiConsole.Console.Profile.Width = 200;
        try
        {
            var status = await run().WaitAsync(TimeSpan.FromMinutes(3), TestContext.Current.CancellationToken);
            return (status, said.ToString(), complained.ToString());
        }
        finally
        {
            Console.SetOut(output);
            Console.SetError(error);
        }
    }
}
