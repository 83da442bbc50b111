using System.Globalization;
using System.Xml.Linq;

namespace Bittbridge.Tools.Testing;

/// <summary>How the tests of one project ended, or a check that stands beside them.</summary>
public sealed record TestResults(string Project)
{
    public int Passed { get; init; }

    public int Failed => Failures.Count;

    public TimeSpan Took { get; init; }

    /// <summary>Each failed test and what it said.</summary>
    public IReadOnlyList<(string Name, string Message)> Failures { get; init; } = [];

    /// <summary>Each test that was not run and why.</summary>
    public IReadOnlyList<(string Name, string Reason)> Skipped { get; init; } = [];

    /// <summary>A check that failed as a whole, and counts as one failure.</summary>
    public static TestResults Failure(string project, string name, string message) => new(project) { Failures = [(name, message)] };

    /// <summary>Reads xunit's own report. A program that ended badly beyond its failed tests, or whose report is not whole, is a failure too.</summary>
    public static TestResults Read(string project, string report, int exitCode, IReadOnlyList<string> output)
    {
        var last = string.Join(Environment.NewLine, output.Where(line => line.Length > 0 && !line.StartsWith("{\"$type\"", StringComparison.Ordinal)).TakeLast(20));
        XDocument document;
        try
        {
            document = XDocument.Load(report);
        }
        catch (Exception problem) when (problem is IOException or System.Xml.XmlException)
        {
            return Failure(project, project, $"The test program ended with exit code {exitCode} and left no report. {last}");
        }

        var tests = document.Descendants("test").ToList();
        var failures = tests.Where(test => Result(test) == "Fail").Select(test => (Name(test), Message(test))).ToList();
        failures.AddRange(document.Descendants("error").Select(error => ($"{project}: {error.Attribute("type")?.Value} {error.Attribute("name")?.Value}".Trim(), Message(error))));
        var passed = tests.Count(test => Result(test) == "Pass");
        if (failures.Count == 0 && exitCode != 0)
        {
            failures.Add((project, $"The test program ended with exit code {exitCode} though no test failed. {last}"));
        }
        else if (tests.Count == 0)
        {
            failures.Add((project, "The project has no tests."));
        }

        var seconds = document.Descendants("assembly").Sum(assembly => double.Parse(assembly.Attribute("time")?.Value ?? "0", CultureInfo.InvariantCulture));
        return new TestResults(project)
        {
            Passed = passed,
            Failures = failures,
            Skipped = [.. tests.Where(test => Result(test) is "Skip" or "NotRun").Select(test => (Name(test), test.Element("reason")?.Value.Trim() ?? "not run"))],
            Took = TimeSpan.FromSeconds(seconds),
        };
    }

    private static string? Result(XElement test) => test.Attribute("result")?.Value;

    private static string Name(XElement test) => Plain(test.Attribute("name")?.Value ?? "a test without a name");

    // xunit escapes what XML can't hold, and a little more.
    private static string Plain(string text) =>
        text.Replace("\\r\\n", "\n", StringComparison.Ordinal).Replace("\\n", "\n", StringComparison.Ordinal).Replace("\\\"", "\"", StringComparison.Ordinal);

    private static string Message(XElement test)
    {
        var failure = test.Element("failure");
        var message = Plain(failure?.Element("message")?.Value.Trim() ?? "no message");
        var where = failure?.Element("stack-trace")?.Value.Split('\n').Select(line => line.Trim()).FirstOrDefault(line => line.Contains(" in ", StringComparison.Ordinal) && line.Contains(":line", StringComparison.Ordinal));
        return where is null ? message : $"{message}\n{where}";
    }
}
