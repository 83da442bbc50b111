using System.Text.Json;
using System.Text.RegularExpressions;

namespace Bittbridge.Tools.Testing;

/// <summary>The projects that a solution or a solution filter names, as paths below the root with forward slashes.</summary>
public static partial class SolutionProjects
{
    /// <summary>Reads <c>.sln</c> or <c>.slnf</c>.</summary>
    public static IReadOnlyList<string> In(string path) =>
        path.EndsWith(".slnf", StringComparison.OrdinalIgnoreCase) ? InFilter(path) : InSolution(path);

    /// <summary>The test projects by name, those that start processes last: they take the longest.</summary>
    public static IReadOnlyList<string> TestNames(string path) =>
    [
        .. In(path).Select(project => Path.GetFileNameWithoutExtension(project))
            .Where(name => name.EndsWith(".Tests", StringComparison.Ordinal))
            .OrderBy(name => name.Contains("EndToEnd", StringComparison.Ordinal))
            .ThenBy(name => name, StringComparer.Ordinal),
    ];

    private static List<string> InSolution(string path) =>
        [.. ProjectLine().Matches(File.ReadAllText(path)).Select(match => Forward(match.Groups["path"].Value))];

    private static List<string> InFilter(string path)
    {
        using var filter = JsonDocument.Parse(File.ReadAllText(path));
        return [.. filter.RootElement.GetProperty("solution").GetProperty("projects").EnumerateArray().Select(project => Forward(project.GetString()!))];
    }

    private static string Forward(string path) => path.Replace('\\', '/');

    [GeneratedRegex("""^Project\("[^"]+"\) = "[^"]+", "(?<path>[^"]+\.csproj)",""", RegexOptions.ExplicitCapture | RegexOptions.Multiline)]
    private static partial Regex ProjectLine();
}
