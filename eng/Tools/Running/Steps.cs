using System.Diagnostics;
using Spectre.Console;

namespace Bittbridge.Tools.Running;

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
            Console = AnsiConsole.Create(new() { Ansi = AnsiSupport.No, Interactive = InteractionSupport.No });
            Console.Profile.Width = 1000;
        }
    }

    public IAnsiConsole Console { get; }

    /// <summary>Writes a line without wrapping it, so that it can be copied.</summary>
    public static void Say(string text) => System.Console.WriteLine(text);

    /// <summary>Runs one step and shows its outcome and duration.</summary>
    /// <param name="doing">What the step does.</param>
    /// <param name="work">Does it, and shows lines of progress with the function that it is given.</param>
    /// <param name="outcome">The step's last line; null if the step failed and the command continues.</param>
    public async Task<T> RunAsync<T>(string doing, Func<Action<string>, Task<T>> work, Func<T, string?> outcome)
    {
        var started = Stopwatch.GetTimestamp();
        T result;
        if (!_verbose && Console.Profile.Capabilities is { Interactive: true, Ansi: true })
        {
            var width = Math.Max(1, Console.Profile.Width - 4);
            result = await Console
                .Status()
                .StartAsync(
                    Markup.Escape(doing + " …"),
                    context => work(note => context.Status = Markup.Escape(string.Concat($"{doing} … {note.Trim()}".Take(width))))
                );
        }
        else
        {
            Console.MarkupLineInterpolated($"  {doing} …");
            result = await work(PlainNotes());
        }

        var (mark, text) = outcome(result) is { } done ? ("[green]✓[/]", done) : ("[red]✗[/]", doing + ": failed");
        Console.MarkupLine($"{mark} {Markup.Escape(text)} [grey]({Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s)[/]");
        return result;
    }

    // One line every ten seconds, or every line if verbose.
    private Action<string> PlainNotes()
    {
        var last = Stopwatch.GetTimestamp();
        return note =>
        {
            if (note.Trim() is { Length: > 0 } text && (_verbose || Stopwatch.GetElapsedTime(last) > TimeSpan.FromSeconds(10)))
            {
                last = Stopwatch.GetTimestamp();
                Console.MarkupLineInterpolated($"    {text}");
            }
        };
    }
}
