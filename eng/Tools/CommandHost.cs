using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Bittbridge.Bittensor.Authentication;
using Bittbridge.Tools.Running;

namespace Bittbridge.Tools;

/// <summary>
/// Runs a command of this folder: parses its options, and turns mistakes, failures and Ctrl+C into one sentence and an exit status.
/// </summary>
internal static class CommandHost
{
    /// <param name="args">The command line.</param>
    /// <param name="help">What --help prints.</param>
    /// <param name="options">The options that the command knows.</param>
    /// <param name="run">The command; its result is the exit status.</param>
    /// <param name="statusWhenStopped">The exit status after Ctrl+C.</param>
    public static async Task<int> RunAsync(
        string[] args,
        string help,
        IEnumerable<Option> options,
        Func<ParseResult, CancellationToken, Task<int>> run,
        Func<int> statusWhenStopped
    )
    {
        var root = new RootCommand();
        root.Options.OfType<HelpOption>().Single().Action = new PrintText(help);
        foreach (var option in options)
        {
            root.Options.Add(option);
        }

        root.SetAction(run);

        // A value may begin with @, which System.CommandLine would take for the name of a file with more options.
        var parsed = root.Parse(args, new() { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0)
        {
            await Console.Error.WriteLineAsync(
                string.Join(' ', parsed.Errors.Select(error => error.Message.TrimEnd('.') + ".").Distinct())
                    + " See the options with -- --help."
            );
            return 2;
        }

        using var stop = new StopSignals();
        try
        {
            return await parsed.InvokeAsync(new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, stop.Token);
        }
        catch (CommandException exception)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return exception.ExitCode;
        }
        catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
        {
            await Console.Out.WriteLineAsync("Stopped.");
            return statusWhenStopped();
        }
    }

    private sealed class PrintText(string text) : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            Console.WriteLine(text);
            return 0;
        }
    }
}
