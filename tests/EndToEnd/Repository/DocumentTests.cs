using System.Text.RegularExpressions;
using Bittbridge.Testing;

namespace Bittbridge.EndToEnd.Tests.Repository;

/// <summary>The documents are true: their links lead somewhere, and the code has the names that they use.</summary>
public sealed partial class DocumentTests
{
    private static readonly IReadOnlyList<string> Documents =
    [
        .. Directory.EnumerateFiles(RepositoryFolder.Root, "*.md"),
        .. new[] { "docs", "infra" }.SelectMany(folder =>
            Directory.EnumerateFiles(RepositoryFolder.At(folder), "*.md", SearchOption.AllDirectories)
        ),
    ];

    [Fact]
    public void Every_link_between_documents_resolves()
    {
        var broken =
            from document in Documents
            from target in Link().Matches(File.ReadAllText(document)).Select(link => link.Groups["target"].Value)
            where !target.Contains("://", StringComparison.Ordinal) && !Resolves(document, target)
            select $"{Path.GetRelativePath(RepositoryFolder.Root, document)}: {target}";

        Assert.Empty(broken);
    }

    [Fact]
    public void The_code_has_every_name_in_the_architecture_page()
    {
        var code = string.Concat(
            Directory.EnumerateFiles(RepositoryFolder.At("src"), "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText)
        );
        var page = File.ReadAllText(RepositoryFolder.At("docs", "architecture.md"));

        var names = Diagram()
            .Matches(page)
            .SelectMany(diagram => CompoundName().Matches(diagram.Value))
            .Concat(QuotedName().Matches(page))
            .Select(name => name.Groups["name"].Value)
            .ToHashSet(StringComparer.Ordinal);
        Assert.Contains("ForecastService", names);
        Assert.DoesNotContain(names, name => !Regex.IsMatch(code, $@"\b{name}\b"));
    }

    [Theory]
    [InlineData("Miner")]
    [InlineData("Models")]
    public void The_architecture_page_lists_the_folders_of(string project)
    {
        var page = File.ReadAllText(RepositoryFolder.At("docs", "architecture.md")).ReplaceLineEndings("\n");
        var table = page.Split($"\n### Folders of `src/{project}`\n\n")[1].Split("\n\n")[0];
        var rows = table.Split('\n').Select(row => row.Split('|')[1]);
        var listed = rows.SelectMany(row => FolderName().Matches(row)).Select(name => name.Groups["name"].Value);
        Assert.Equal(
            Directory
                .EnumerateDirectories(RepositoryFolder.At("src", project))
                .Select(folder => Path.GetFileName(folder))
                .Order(StringComparer.Ordinal),
            listed.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
        );
    }

    [Theory]
    [InlineData("security.md", "SignedRequestTests", "A_request_is_answered_once")]
    [InlineData("reliability.md", "LatePollTests", "Of_many_instances_one_polls")]
    [InlineData("testing.md", "CalibrationFitterTests", "A_thousand_hours_are_enough_for_a_calibration")]
    [InlineData("performance.md", "StorageOperationsTests", "Each_kind_of_work_costs_the_operations_that_the_documentation_lists")]
    public void Every_test_that_a_page_names_exists(string document, string type, string method)
    {
        var files = Directory
            .EnumerateFiles(RepositoryFolder.At("tests"), "*Tests.cs", SearchOption.AllDirectories)
            .ToLookup(file => Path.GetFileNameWithoutExtension(file), File.ReadAllText, StringComparer.Ordinal);
        var page = File.ReadAllText(RepositoryFolder.At("docs", document));

        var named = NamedTest()
            .Matches(page)
            .Select(test => (Class: test.Groups["class"].Value, Method: test.Groups["method"].Value))
            .ToHashSet();
        Assert.Contains((type, method), named);
        Assert.DoesNotContain(named, test => !files[test.Class].Any(code => HasTest(code, test.Class, test.Method)));

        // Every mention of a test class is one that is checked above.
        Assert.Equal(Regex.Count(page, @"\wTests\b"), NamedTest().Count(page));
    }

    /// <summary>Whether the code has that method, with the attribute of a test in the lines before it.</summary>
    private static bool HasTest(string code, string type, string method)
    {
        var lines = code.ReplaceLineEndings("\n").Split('\n');
        var declaration = Array.FindIndex(lines, line => Regex.IsMatch(line, $@"^    public (static )?(async )?(void|Task) {method}\("));
        return Regex.IsMatch(code, $@"\bclass {type}\b")
            && declaration >= 0
            && lines[..declaration]
                .Reverse()
                .TakeWhile(line => line.Length > 0)
                .Any(line => Regex.IsMatch(line, @"^    \[(Fact|Theory)\b"));
    }

    private static bool Resolves(string document, string target)
    {
        var (path, anchor) = target.Split('#', 2) is [var before, var after] ? (before, after) : (target, null);
        var file = path.Length == 0 ? document : Path.GetFullPath(path, Path.GetDirectoryName(document)!);
        return anchor is null
            ? Path.Exists(file)
            : File.Exists(file) && Heading().Matches(File.ReadAllText(file)).Any(heading => Anchor(heading.Groups["text"].Value) == anchor);
    }

    /// <summary>As GitHub makes it from a heading.</summary>
    private static string Anchor(string heading) => NotInAnchors().Replace(heading.Trim(), "").Replace(' ', '-').ToLowerInvariant();

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)", RegexOptions.ExplicitCapture)]
    private static partial Regex Link();

    [GeneratedRegex(@"^#+ (?<text>[^\r\n]+)", RegexOptions.ExplicitCapture | RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NotInAnchors();

    [GeneratedRegex(@"^```mermaid.*?^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Diagram();

    [GeneratedRegex(@"`(?<name>[A-Z]\w*)(/\w+)?`", RegexOptions.ExplicitCapture)]
    private static partial Regex FolderName();

    [GeneratedRegex(@"\b(?<name>[A-Z][a-z]+[A-Z]\w+)", RegexOptions.ExplicitCapture)]
    private static partial Regex CompoundName();

    [GeneratedRegex(@"`(?<class>[A-Z]\w*Tests)\.(?<method>\w+)`", RegexOptions.ExplicitCapture)]
    private static partial Regex NamedTest();

    [GeneratedRegex(@"`(?<name>[A-Z]\w*[a-z]\w*)(\.\w+)?`", RegexOptions.ExplicitCapture)]
    private static partial Regex QuotedName();
}
