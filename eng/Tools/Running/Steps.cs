using System.Diagnostics;
using System.Globalization;
using Spectre.Console;

namespace Bittbridge.Tools.Running;

/// <summary>Shows what a command is doing: a spinner in a terminal, plain lines elsewhere.</summary>
public sealed class Steps
{
    private readonly bool verbose;

    public Steps(bool verbose = false)
    {
        this.verbose = verbose;
        Console = AnsiConsole.Console;
        if (System.Console.IsOutputRedirected || Environment.GetEnvironmentVariable("CI") is { Length: > 0 })
        {
            // Plain, and never wrapped: a log is read by programs too.
            Console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Interactive = InteractionSupport.No });
            Console.Profile.Width = 1000;
        }

        IsTerminal = Console.Profile.Capabilities is { Interactive: true, Ansi: true };
    }

    public IAnsiConsole Console { get; }

    public bool IsTerminal { get; }

    /// <summary>Runs one step and says how it ended and how long it took.</summary>
    public async Task<T> RunAsync<T>(string doing, Func<Step, Task<T>> work)
    {
        var started = Stopwatch.GetTimestamp();
        T result;
        Step step;
        if (IsTerminal && !verbose)
        {
            (result, step) = await Console.Status().Spinner(Spinner.Known.Dots).StartAsync(Markup.Escape(doing + " …"), async context =>
            {
                var shown = new Step(note => context.Status = Markup.Escape(Shortened($"{doing} … {note}")));
                return (await work(shown), shown);
            });
        }
        else
        {
            Console.MarkupLineInterpolated($"  {doing} …");
            step = new Step(PlainNotes());
            result = await work(step);
        }

        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture);
        if (step.Problem is { } problem)
        {
            Console.MarkupLineInterpolated($"[red]✗[/] {problem} [grey]({seconds} s)[/]");
        }
        else
        {
            Console.MarkupLineInterpolated($"[green]✓[/] {step.Outcome ?? doing} [grey]({seconds} s)[/]");
        }

        return result;
    }

    /// <summary>One line without a step of its own, left to the terminal to wrap so that it can be copied.</summary>
    public static void Say(string text) => System.Console.WriteLine(text);

    private string Shortened(string text) => text.Length < Console.Profile.Width - 4 ? text : text[..Math.Max(1, Console.Profile.Width - 4)];

    // A log shows a sign of life now and then, unless everything was asked for.
    private Action<string> PlainNotes()
    {
        var last = Stopwatch.GetTimestamp();
        return note =>
        {
            if (verbose || Stopwatch.GetElapsedTime(last) > TimeSpan.FromSeconds(10))
            {
                last = Stopwatch.GetTimestamp();
                Console.MarkupLineInterpolated($"    {note}");
            }
        };
    }
}
