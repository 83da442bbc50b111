using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;

namespace Bittbridge.Tools.Testing;

/// <summary>The result of the tests of one project, or of another check.</summary>
public sealed record TestReport(string Project, int Passed, int Failed, int Skipped = 0, double Seconds = 0)
{
    /// <summary>The longest text of a failure that is shown.</summary>
    public const int MaxFailureLength = 3_000;

    /// <summary>What failed: the name of the test, the message and where it was thrown.</summary>
    public IReadOnlyList<string> Failures { get; init; } = [];

    /// <summary>Why each skipped test was skipped.</summary>
    public IReadOnlyList<string> SkipReasons { get; init; } = [];

    /// <summary>Every test with its seconds.</summary>
    public IReadOnlyList<(string Test, double Seconds)> Times { get; init; } = [];

    public static string Shorten(string failure) => failure.Length <= MaxFailureLength ? failure : failure[..MaxFailureLength] + " …";

    /// <summary>Reads the xUnit reports of a folder. A project without a complete report, or without tests, is a failure.</summary>
    public static IReadOnlyList<TestReport> ReadAll(string folder, IReadOnlyList<string> projects)
    {
        List<XElement> assemblies = [.. Directory.EnumerateFiles(folder, "*.xml").SelectMany(ReadAssemblies)];
        return
        [
            .. projects.Select(project =>
                assemblies.Find(assembly => Path.GetFileNameWithoutExtension((string?)assembly.Attribute("name")) == project) is { } found
                    ? Read(project, found)
                    : new(project, 0, Failed: 1) { Failures = [WithoutReport(folder, project)] }
            ),
        ];
    }

    /// <summary>Where the tests of a project leave why they end without a report.</summary>
    public static string ReasonFile(string folder, string project) => Path.Combine(folder, project + ".reason.txt");

    /// <summary>The last line of the output, which programs parse.</summary>
    public static string ClosingLine(IReadOnlyList<TestReport> all) =>
        $"{all.Sum(report => report.Passed)} passed, {all.Sum(report => report.Failed)} failed";

    /// <summary>
    /// Which tests took the longest, why tests were skipped and, last, what failed: of a long log often only the end is kept.
    /// </summary>
    public static IEnumerable<string> More(IReadOnlyList<TestReport> all)
    {
        var slowest = all.SelectMany(report => report.Times).OrderByDescending(test => test.Seconds).Take(10);
        var skips = all.SelectMany(report => report.SkipReasons).CountBy(reason => reason);
        return
        [
            .. Section(
                "The slowest tests, in seconds:",
                slowest.Select(test => string.Create(CultureInfo.InvariantCulture, $"{test.Seconds, 6:0.0}  {test.Test}"))
            ),
            .. Section("Skipped tests, with the reason:", skips.Select(skip => $"{skip.Value, 6}  {skip.Key}")),
            .. all.SelectMany(report => report.Failures)
                .Select(failure => $"failed {failure.ReplaceLineEndings($"{Environment.NewLine}  ")}"),
        ];
    }

    private static IEnumerable<string> Section(string heading, IEnumerable<string> lines) =>
        lines.Select((line, at) => at == 0 ? $"{heading}{Environment.NewLine}  {line}" : $"  {line}");

    private static string WithoutReport(string folder, string project)
    {
        var file = ReasonFile(folder, project);
        var reason = File.Exists(file) ? File.ReadAllText(file) : "it crashed, hung or was not built.";
        return $"{project} left no complete report: {reason}";
    }

    private static TestReport Read(string project, XElement assembly)
    {
        var (passed, failed, skipped) = (Count("passed"), Count("failed") + Count("errors"), Count("skipped") + Count("not-run"));
        var isEmpty = passed + failed + skipped == 0;
        return new(project, passed, isEmpty ? 1 : failed, skipped, Seconds: (double?)assembly.Attribute("time") ?? 0)
        {
            Failures = isEmpty ? [$"{project} has no tests."] : [.. assembly.Descendants("failure").Select(Describe)],
            SkipReasons = [.. assembly.Descendants("reason").Select(reason => reason.Value)],
            Times =
            [
                .. assembly
                    .Descendants("test")
                    .Select(test => ((string?)test.Attribute("name") ?? "", (double?)test.Attribute("time") ?? 0)),
            ],
        };

        int Count(string name) => (int?)assembly.Attribute(name) ?? 0;
    }

    /// <summary>A failed test, or an error outside of one, as the report has it.</summary>
    private static string Describe(XElement failure)
    {
        var parent = failure.Parent!;
        string?[] parts =
        [
            (string?)parent.Attribute("name") ?? (string?)parent.Attribute("type"),
            (string?)failure.Element("message"),
            (string?)failure.Element("stack-trace"),
            (string?)parent.Element("output"),
        ];
        return Shorten(string.Join('\n', parts.Where(part => !string.IsNullOrWhiteSpace(part))));
    }

    private static IEnumerable<XElement> ReadAssemblies(string file)
    {
        try
        {
            return XDocument.Load(file).Descendants("assembly");
        }
        catch (XmlException)
        {
            // The report was cut off by a crash, so its project counts as one without a report.
            return [];
        }
    }
}

/// <summary>How many lines and branches of a project the tests ran.</summary>
public sealed partial record Coverage(string Project, int Covered, int Lines, int CoveredBranches = 0, int Branches = 0)
{
    /// <summary>
    /// Sums Cobertura reports: a line is covered if the tests of any project ran it. Of a line's branches, a report has only the number
    /// that ran, so the largest number of all projects counts, which may be less than what they ran together.
    /// </summary>
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
                .GroupBy(lines => lines.Key.Project, OfOneLine)
                .Select(lines => Sum(lines.Key, lines))
                .OrderBy(row => row.Project, StringComparer.Ordinal),
        ];

    public static Coverage Sum(string name, IEnumerable<Coverage> rows) =>
        rows.Aggregate(
            new Coverage(name, 0, 0),
            (sum, row) =>
                new(
                    name,
                    sum.Covered + row.Covered,
                    sum.Lines + row.Lines,
                    sum.CoveredBranches + row.CoveredBranches,
                    sum.Branches + row.Branches
                )
        );

    public override string ToString() =>
        $"{Project, -24} {Share(Covered, Lines)} of the lines ({Covered} of {Lines}), "
        + $"{Share(CoveredBranches, Branches)} of the branches ({CoveredBranches} of {Branches})";

    private static string Share(int covered, int all) => $"{100.0 * covered / Math.Max(1, all), 5:0.0} %";

    private static Coverage OfOneLine(IEnumerable<XElement> reports)
    {
        var branches = reports
            .Select(line => BranchCounts().Match((string?)line.Attribute("condition-coverage") ?? ""))
            .Where(match => match.Success)
            .Select(match => (Covered: Number(match, "covered"), All: Number(match, "all")))
            .ToList();
        return new(
            "",
            reports.Any(line => (long?)line.Attribute("hits") > 0) ? 1 : 0,
            1,
            branches.Select(count => count.Covered).DefaultIfEmpty().Max(),
            branches.Select(count => count.All).DefaultIfEmpty().Max()
        );
    }

    private static int Number(Match match, string name) => int.Parse(match.Groups[name].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\((?<covered>\d+)/(?<all>\d+)\)", RegexOptions.ExplicitCapture)]
    private static partial Regex BranchCounts();
}
