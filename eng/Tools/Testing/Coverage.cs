using System.Xml.Linq;
using Bittbridge.Tools.Running;

namespace Bittbridge.Tools.Testing;

/// <summary>How many lines of a project the tests ran.</summary>
public sealed record Coverage(string Project, int Covered, int Lines)
{
    /// <summary>Sums Cobertura reports: a line is covered when the tests of one of them ran it.</summary>
    public static IReadOnlyList<Coverage> Read(IEnumerable<string> files)
    {
        var lines = new Dictionary<(string Project, string File, int Line), bool>();
        foreach (var package in files.SelectMany(file => XDocument.Load(file).Descendants("package")))
        {
            foreach (var type in package.Descendants("class"))
            {
                foreach (var line in type.Elements("lines").Elements("line"))
                {
                    var key = (
                        (string?)package.Attribute("name") ?? "",
                        (string?)type.Attribute("filename") ?? "",
                        (int?)line.Attribute("number") ?? 0
                    );
                    lines[key] = lines.GetValueOrDefault(key) || (long?)line.Attribute("hits") > 0;
                }
            }
        }

        return
        [
            .. lines
                .GroupBy(line => line.Key.Project)
                .Select(group => new Coverage(group.Key, group.Count(line => line.Value), group.Count()))
                .OrderBy(row => row.Project, StringComparer.Ordinal),
        ];
    }

    internal static void Show(IReadOnlyList<Coverage> coverage)
    {
        Steps.Say($"{Environment.NewLine}Lines that the tests ran");
        foreach (
            var (project, covered, lines) in coverage.Append(
                new("in all", coverage.Sum(row => row.Covered), coverage.Sum(row => row.Lines))
            )
        )
        {
            Steps.Say($"  {project, -24} {100.0 * covered / Math.Max(1, lines), 5:0.0} %  ({covered} of {lines})");
        }
    }
}
