using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Runtime.InteropServices;

namespace Bittbridge.Tools;

/// <summary>Ends a command with one sentence on the error stream that names the fault and the remedy.</summary>
/// <param name="sentence">The sentence.</param>
/// <param name="exitCode">1 for a failure, 2 for an invalid command line.</param>
public sealed class CommandException(string sentence, int exitCode = 1) : Exception(sentence)
{
    public int ExitCode { get; } = exitCode;
}

/// <summary>Runs a command: parses its options and turns failures and signals into an exit status.</summary>
internal static class CommandHost
{
    private static readonly PosixSignal[] Signals = [PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGQUIT, PosixSignal.SIGHUP];

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

        // A value may begin with @, which System.CommandLine would take as the name of a response file.
        var parsed = root.Parse(args, new() { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0)
        {
            var sentences = parsed.Errors.Select(error => error.Message.TrimEnd('.') + ".").Distinct();
            await Console.Error.WriteLineAsync($"{string.Join(' ', sentences)} See the options with -- --help.");
            return 2;
        }

        // Replaces System.CommandLine's own handling, which ignores SIGHUP and SIGQUIT.
        using var stop = new CancellationTokenSource();
        var registrations = Array.ConvertAll(
            Signals,
            signal =>
                PosixSignalRegistration.Create(
                    signal,
                    context =>
                    {
                        context.Cancel = true;
                        stop.Cancel();
                    }
                )
        );
        try
        {
            return await parsed.InvokeAsync(new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, stop.Token);
        }
        catch (CommandException exception)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return exception.ExitCode;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            Console.WriteLine("Stopped.");
            return statusWhenStopped();
        }
        finally
        {
            Array.ForEach(registrations, registration => registration.Dispose());
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
