using System.Diagnostics;
using Spectre.Console;

namespace Bittbridge.Tools.Running;

/// <summary>A step while it runs.</summary>
internal sealed class Step(Action<string> show)
{
    /// <summary>The text of the step's last line; null for that of its first line.</summary>
    public string? Outcome { get; set; }

    /// <summary>Why the step failed, if the command continues after it.</summary>
    public string? Problem { get; set; }

    /// <summary>Shows a line of progress.</summary>
    public void Note(string note)
    {
        if (note.Trim() is { Length: > 0 } text)
        {
            show(text);
        }
    }
}

/// <summary>Shows the steps of a command: a spinner in a terminal, plain lines elsewhere.</summary>
internal sealed class Steps
{
    private readonly bool _verbose;

    public Steps(bool verbose = false)
    {
        _verbose = verbose;
        Console = AnsiConsole.Console;
        if (System.Console.IsOutputRedirected || Environment.GetEnvironmentVariable("CI") is { Length: > 0 })
        {
            // Plain and never wrapped, so that programs can read it.
            Console = AnsiConsole.Create(
                new AnsiConsoleSettings
                {
                    Ansi = AnsiSupport.No,
                    ColorSystem = ColorSystemSupport.NoColors,
                    Interactive = InteractionSupport.No,
                }
            );
            Console.Profile.Width = 1000;
        }
    }

    public IAnsiConsole Console { get; }

    /// <summary>Writes a line without wrapping it, so that it can be copied.</summary>
    public static void Say(string text) => System.Console.WriteLine(text);

    /// <summary>Runs one step and shows its outcome and duration.</summary>
    public async Task<T> RunAsync<T>(string doing, Func<Step, Task<T>> work)
    {
        var started = Stopwatch.GetTimestamp();
        Step? step = null;
        T result;
        if (!_verbose && Console.Profile.Capabilities is { Interactive: true, Ansi: true })
        {
            var width = Math.Max(1, Console.Profile.Width - 4);
            result = await Console
                .Status()
                .StartAsync(
                    Markup.Escape(doing + " …"),
                    context => work(step = new Step(note => context.Status = Markup.Escape(string.Concat($"{doing} … {note}".Take(width)))))
                );
        }
        else
        {
            Console.MarkupLineInterpolated($"  {doing} …");
            result = await work(step = new Step(PlainNotes()));
        }

        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds.ToString("0.0");
        Console.MarkupLine(
            $"{(step!.Problem is null ? "[green]✓[/]" : "[red]✗[/]")} {Markup.Escape(step.Problem ?? step.Outcome ?? doing)} "
                + $"[grey]({seconds} s)[/]"
        );
        return result;
    }

    // One line every ten seconds, or every line if verbose.
    private Action<string> PlainNotes()
    {
        var last = Stopwatch.GetTimestamp();
        return note =>
        {
            if (_verbose || Stopwatch.GetElapsedTime(last) > TimeSpan.FromSeconds(10))
            {
                last = Stopwatch.GetTimestamp();
                Console.MarkupLineInterpolated($"    {note}");
            }
        };
    }
}
