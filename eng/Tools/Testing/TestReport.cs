using System.Xml;
using System.Xml.Linq;
using Spectre.Console;

namespace Bittbridge.Tools.Testing;

/// <summary>A test and its message.</summary>
public sealed record NamedTest(string Name, string Message);

/// <summary>The result of the tests of one project, or of another check.</summary>
public sealed record TestReport(string Project)
{
    public int Passed { get; init; }

    public IReadOnlyList<NamedTest> Failed { get; init; } = [];

    public IReadOnlyList<NamedTest> Skipped { get; init; } = [];

    public double Seconds { get; init; }

    /// <summary>A check that failed counts as one failure.</summary>
    public static TestReport Failure(string check, string message) => new(check) { Failed = [new(check, message)] };

    /// <summary>Reads the xUnit reports of a folder. A project without a complete report, or without tests, is a failure.</summary>
    public static IReadOnlyList<TestReport> ReadAll(string folder, IReadOnlyList<string> projects)
    {
        List<XElement> assemblies = [.. Directory.EnumerateFiles(folder, "*.xml").SelectMany(ReadAssemblies)];
        return
        [
            .. projects.Select(project =>
                assemblies.Find(assembly => Path.GetFileNameWithoutExtension((string?)assembly.Attribute("name")) == project) is { } found
                    ? Read(project, found)
                    : Failure(project, "The tests ended without a report: see the output above.")
            ),
        ];
    }

    /// <summary>The last line of the output, which programs parse.</summary>
    public static string ClosingLine(IReadOnlyList<TestReport> all) =>
        $"{all.Sum(report => report.Passed)} passed, {all.Sum(report => report.Failed.Count)} failed";

    internal static void Show(IReadOnlyList<TestReport> all, IAnsiConsole console)
    {
        Show(console, "[red]Failed[/]", all.SelectMany(report => report.Failed));
        Show(console, "[yellow]Skipped[/]", all.SelectMany(report => report.Skipped));
        var table = new Table { Border = TableBorder.Simple }.AddColumns("", "passed", "failed", "skipped", "seconds");
        foreach (var report in all)
        {
            table.AddRow(
                report.Project,
                $"{report.Passed}",
                $"{report.Failed.Count}",
                $"{report.Skipped.Count}",
                report.Seconds.ToString("0.0")
            );
        }

        console.Write(table);
    }

    private static TestReport Read(string project, XElement assembly)
    {
        var tests = assembly
            .Descendants("test")
            .ToLookup(
                test => (string?)test.Attribute("result"),
                test => new NamedTest((string?)test.Attribute("name") ?? "a test without a name", MessageOf(test))
            );
        var errors = assembly
            .Descendants("error")
            .Select(error => new NamedTest(
                $"{project}: {error.Attribute("type")?.Value} {error.Attribute("name")?.Value}",
                MessageOf(error)
            ));
        return new TestReport(project)
        {
            Passed = tests["Pass"].Count(),
            Failed =
            [
                .. tests["Fail"],
                .. errors,
                .. tests.Count == 0 ? [new NamedTest(project, "The project has no tests.")] : Array.Empty<NamedTest>(),
            ],
            Skipped = [.. tests["Skip"], .. tests["NotRun"]],
            Seconds = (double?)assembly.Attribute("time") ?? 0,
        };
    }

    private static string MessageOf(XElement element) =>
        (element.Descendants("message").FirstOrDefault() ?? element.Element("reason"))?.Value.Trim() ?? "no message";

    private static IEnumerable<XElement> ReadAssemblies(string file)
    {
        try
        {
            return XDocument.Load(file).Descendants("assembly");
        }
        catch (XmlException)
        {
            // Cut off by a crash: its project has no report.
            return [];
        }
    }

    private static void Show(IAnsiConsole console, string title, IEnumerable<NamedTest> tests)
    {
        foreach (var (name, message) in tests)
        {
            var lines = message.Split('\n', StringSplitOptions.TrimEntries).Take(15);
            console.MarkupLine($"{title} {Markup.Escape($"{name}: {string.Join($"{Environment.NewLine}    ", lines)}")}");
        }
    }
}

/// <summary>How many lines of a project the tests ran.</summary>
public sealed record Coverage(string Project, int Covered, int Lines)
{
    /// <summary>Sums Cobertura reports: a line is covered if the tests of any project ran it.</summary>
    public static IReadOnlyList<Coverage> Read(IEnumerable<string> files) =>
        [
            .. files
                .SelectMany(file => XDocument.Load(file).Descendants("line"))
                // Each line is listed under its method and again under its class.
                .Where(line => line.Parent?.Parent?.Name == "class")
                .GroupBy(line =>
                    (
                        Project: line.Ancestors("package").First().Attribute("name")?.Value ?? "",
                        File: line.Ancestors("class").First().Attribute("filename")?.Value,
                        Number: line.Attribute("number")?.Value
                    )
                )
                .GroupBy(lines => lines.Key.Project, lines => lines.Any(line => (long?)line.Attribute("hits") > 0))
                .Select(lines => new Coverage(lines.Key, lines.Count(isCovered => isCovered), lines.Count()))
                .OrderBy(row => row.Project, StringComparer.Ordinal),
        ];
}
