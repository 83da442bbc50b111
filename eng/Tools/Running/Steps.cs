using System.Diagnostics;
using Spectre.Console;

namespace Bittbridge.Tools.Running;

/// <summary>A step while it runs.</summary>
internal sealed class Step(Action<string> show)
{
    /// <summary>What the step's last line says; null for the words it began with.</summary>
    public string? Outcome { get; set; }

    /// <summary>What went wrong in a step after which the command goes on.</summary>
    public string? Problem { get; set; }

    /// <summary>Shows what the step does now.</summary>
    public void Note(string note)
    {
        if (note.Trim() is { Length: > 0 } text)
        {
            show(text);
        }
    }
}

/// <summary>Shows what a command does: a spinner in a terminal, plain lines elsewhere.</summary>
internal sealed class Steps
{
    private readonly bool _verbose;

    public Steps(bool verbose = false)
    {
        _verbose = verbose;
        Console = AnsiConsole.Console;
        if (System.Console.IsOutputRedirected || Environment.GetEnvironmentVariable("CI") is { Length: > 0 })
        {
            // Plain and never wrapped: programs read logs too.
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

    /// <summary>Writes a line of its own, left to the terminal to wrap so that it can be copied.</summary>
    public static void Say(string text) => System.Console.WriteLine(text);

    public void Warn(string text) => Console.MarkupLineInterpolated($"[yellow]![/] {text}");

    /// <summary>Runs one step and says how it ended and how long it took.</summary>
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

    // A log shows a sign of life every ten seconds, or everything when asked for.
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
