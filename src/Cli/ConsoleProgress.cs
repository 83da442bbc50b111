using Spectre.Console;

namespace Bittbridge.Cli;

/// <summary>Shows how far a long command is, on the error stream, so that the output stays clean.</summary>
internal static class ConsoleProgress
{
    /// <summary>Does the work under a bar; the work calls what it is given with how much more is done, from any thread.</summary>
    public static Task<T> ShowAsync<T>(string what, int total, Func<Action<int>, Task<T>> work)
    {
        var console = AnsiConsole.Create(new() { Out = new AnsiConsoleOutput(Console.Error) });
        return console
            .Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(context =>
            {
                var task = context.AddTask(Markup.Escape(what), maxValue: total);
                return work(more => task.Increment(more));
            });
    }
}
