using Spectre.Console;

namespace Bittbridge.Cli;

/// <summary>Shows the progress of a long command on the error stream, so that the output stays clean.</summary>
internal static class ConsoleProgress
{
    /// <summary>Runs the work with a progress bar. The work reports increments, from any thread, through the action that it gets.</summary>
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
