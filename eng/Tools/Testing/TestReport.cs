using System.Globalization;
using Bittbridge.Tools.Running;
using Spectre.Console;

namespace Bittbridge.Tools.Testing;

/// <summary>What is shown once everything has run.</summary>
public static class TestReport
{
    private const int LinesOfAMessage = 15;

    public static void Show(IReadOnlyList<TestResults> all, Steps steps)
    {
        var failures = all.SelectMany(results => results.Failures).ToList();
        var skipped = all.SelectMany(results => results.Skipped).ToList();

        Head("Failed", failures.Count);
        foreach (var (name, message) in failures)
        {
            steps.Console.MarkupLineInterpolated($"  [red]{name}[/]");
            foreach (var line in message.Split('\n').Take(LinesOfAMessage))
            {
                Steps.Say($"      {line.TrimEnd()}");
            }
        }

        Head("Skipped", skipped.Count);
        foreach (var (name, reason) in skipped)
        {
            steps.Console.MarkupLineInterpolated($"  [yellow]{name}[/]: {reason}");
        }

        Steps.Say("");
        steps.Console.Write(Table(all));
    }

    /// <summary>The closing line, which programs read: always these two numbers and no other. What was skipped stands above it, by name and reason.</summary>
    public static string ClosingLine(IReadOnlyList<TestResults> all) => $"{all.Sum(results => results.Passed)} passed, {all.Sum(results => results.Failed)} failed";

    /// <summary>The same of one project, with what was skipped.</summary>
    public static string LineOf(TestResults results) => ClosingLine([results]) + (results.Skipped.Count > 0 ? $", {results.Skipped.Count} skipped" : string.Empty);

    private static void Head(string word, int count)
    {
        if (count > 0)
        {
            Steps.Say("");
            Steps.Say($"{word} ({count})");
        }
    }

    private static Table Table(IReadOnlyList<TestResults> all)
    {
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumn("");
        foreach (var column in new[] { "passed", "failed", "skipped", "seconds" })
        {
            table.AddColumn(column, settings => settings.RightAligned());
        }

        foreach (var results in all)
        {
            table.AddRow(
                Markup.Escape(results.Project),
                Number(results.Passed),
                results.Failed > 0 ? $"[red]{Number(results.Failed)}[/]" : "0",
                Number(results.Skipped.Count),
                results.Took.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture));
        }

        return table;
    }

    private static string Number(int count) => count.ToString(CultureInfo.InvariantCulture);
}
