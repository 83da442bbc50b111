using System.Text.RegularExpressions;
using Bittbridge.Testing;

namespace Bittbridge.EndToEnd.Tests.Repository;

/// <summary>The formatter wraps code and leaves literals and comments alone, so they are held here.</summary>
public sealed partial class LineLengthTests
{
    private const int MaxColumns = 140;

    [Fact]
    public void No_line_passes_140_columns_but_a_literal_that_has_no_place_to_break()
    {
        var found = new[] { "src", "tests", "eng", "examples" }
            .SelectMany(folder => Directory.EnumerateFiles(RepositoryFolder.At(folder), "*.cs", SearchOption.AllDirectories))
            .Where(path => !path.Replace('\\', '/').Contains("/obj/", StringComparison.Ordinal))
            .SelectMany(path => File.ReadLines(path).Select((line, i) => (Path: path, Number: i + 1, Line: line)))
            .Where(one => one.Line.Length > MaxColumns && !IsOneLiteral(one.Line))
            .Select(one => $"{Path.GetRelativePath(RepositoryFolder.Root, one.Path)}:{one.Number}");
        Assert.Empty(found);
    }

    [Theory]
    [InlineData("        Assert.Equal(one, other); // ", false)]
    [InlineData("        /// ", false)]
    [InlineData("        \"", true)]
    [InlineData("        \"two words ", false)]
    public void Only_a_literal_without_a_place_to_break_may_be_longer(string start, bool isOne) =>
        Assert.Equal(isOne, IsOneLiteral(start + new string('x', MaxColumns) + (isOne ? "\"," : "")));

    // Raw text such as JSON, a literal without a blank such as a key, or the name of a test.
    private static bool IsOneLiteral(string line) => Literal().IsMatch(line) || Sentence().IsMatch(line);

    [GeneratedRegex(""""^\s*(([+?:] |return )?\$*("""|@")|[{<]|([+] )?\$?"[^ ]*"[,;)]*$)"""")]
    private static partial Regex Literal();

    [GeneratedRegex(@"^\s*public (async )?(void|Task) \w+\(")]
    private static partial Regex Sentence();
}
