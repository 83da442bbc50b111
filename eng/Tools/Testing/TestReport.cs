using System.Xml;
using System.Xml.Linq;
using Bittbridge.Tools.Running;
using Spectre.Console;

namespace Bittbridge.Tools.Testing;

/// <summary>A test by name, with what it said.</summary>
public sealed record NamedTest(string Name, string Message);

/// <summary>How the tests of one project ended, or a check beside them.</summary>
public sealed record TestReport(string Project)
{
    public int Passed { get; init; }

    public IReadOnlyList<NamedTest> Failed { get; init; } = [];

    public IReadOnlyList<NamedTest> Skipped { get; init; } = [];

    public double Seconds { get; init; }

    /// <summary>A check that failed as a whole counts as one failure.</summary>
    public static TestReport Failure(string check, string message) => new(check) { Failed = [new(check, message)] };

    /// <summary>Reads the xUnit reports of a folder. A project without a whole report, or without tests, is a failure.</summary>
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

    /// <summary>The closing line, which programs read: these two numbers and no other.</summary>
    public static string ClosingLine(IReadOnlyList<TestReport> all) =>
        $"{all.Sum(report => report.Passed)} passed, {all.Sum(report => report.Failed.Count)} failed";

    internal static void Show(IReadOnlyList<TestReport> all, Steps steps)
    {
        Show(steps, "Failed", "red", all.SelectMany(report => report.Failed));
        Show(steps, "Skipped", "yellow", all.SelectMany(report => report.Skipped));
        var table = new Table { Border = TableBorder.Simple }.AddColumn("");
        foreach (var column in new[] { "passed", "failed", "skipped", "seconds" })
        {
            table.AddColumn(column, settings => settings.RightAligned());
        }

        foreach (var report in all)
        {
            table.AddRow([
                report.Project,
                $"{report.Passed}",
                $"{report.Failed.Count}",
                $"{report.Skipped.Count}",
                report.Seconds.ToString("0.0"),
            ]);
        }

        Steps.Say("");
        steps.Console.Write(table);
    }

    private static TestReport Read(string project, XElement assembly)
    {
        List<XElement> tests = [.. assembly.Descendants("test")];
        List<NamedTest> failed =
        [
            .. Named(tests, "Fail"),
            .. assembly
                .Descendants("error")
                .Select(error => new NamedTest(
                    $"{project}: {(string?)error.Attribute("type")} {(string?)error.Attribute("name")}",
                    MessageOf(error)
                )),
        ];
        if (tests.Count == 0)
        {
            failed.Add(new(project, "The project has no tests."));
        }

        return new TestReport(project)
        {
            Passed = tests.Count(test => (string?)test.Attribute("result") == "Pass"),
            Failed = failed,
            Skipped = [.. Named(tests, "Skip"), .. Named(tests, "NotRun")],
            Seconds = (double?)assembly.Attribute("time") ?? 0,
        };
    }

    private static IEnumerable<NamedTest> Named(IEnumerable<XElement> tests, string result) =>
        tests
            .Where(test => (string?)test.Attribute("result") == result)
            .Select(test => new NamedTest((string?)test.Attribute("name") ?? "a test without a name", MessageOf(test)));

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
            // Cut off by a crash: its project then has no report.
            return [];
        }
    }

    private static void Show(Steps steps, string word, string color, IEnumerable<NamedTest> tests)
    {
        var list = tests.ToList();
        if (list.Count > 0)
        {
            Steps.Say($"{Environment.NewLine}{word} ({list.Count})");
        }

        foreach (var test in list)
        {
            var lines = test.Message.Split('\n', StringSplitOptions.TrimEntries).Take(15);
            var message = Markup.Escape(string.Join($"{Environment.NewLine}      ", lines));
            steps.Console.MarkupLine($"  [{color}]{Markup.Escape(test.Name)}[/]: {message}");
        }
    }
}
