using System.Xml.Linq;
using Bittbridge.Testing;

namespace Bittbridge.EndToEnd.Tests.Repository;

/// <summary>The rooms' references are those of docs/architecture.md, and no others.</summary>
public sealed class ReferenceTests
{
    private static readonly Dictionary<string, string[]> Picture = new()
    {
        ["Models"] = [],
        ["Models.Testing"] = ["Models"],
        ["Onnx"] = ["Models"],
        ["Backtesting"] = ["Models"],
        ["Bittensor"] = [],
        ["Miner"] = ["Bittensor", "Models", "Onnx"],
        ["Functions"] = ["Miner"],
        ["SelfHost"] = ["Miner"],
        ["Cli"] = ["Backtesting", "Bittensor", "Miner", "Models", "Models.Testing", "Onnx"],
        ["ModelApp"] = ["Cli", "Models", "SelfHost", "Tools"],
    };

    public static TheoryData<string> Rooms => [.. Picture.Keys];

    [Theory]
    [MemberData(nameof(Rooms))]
    public void A_project_references_only_the_projects_below_it(string room)
    {
        var folder = RepositoryFolder.At("src", room);
        Assert.True(Directory.Exists(folder), $"There is no src/{room}: remove it from the picture, here and in docs/architecture.md.");

        Assert.Equal(Picture[room], ReferencesOf(Assert.Single(ProjectsIn(folder))).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_project_is_in_the_diagram()
    {
        var rooms = Directory
            .GetDirectories(RepositoryFolder.At("src"))
            .Where(folder => ProjectsIn(folder).Count > 0)
            .Select(Path.GetFileName);

        Assert.Every(rooms, room => Assert.Contains(room!, Picture));
    }

    [Fact]
    public void The_build_of_the_product_rejects_the_clock_of_the_machine()
    {
        var props = XDocument.Load(RepositoryFolder.At("src", "Directory.Build.props"));

        Assert.Contains(
            props.Descendants("PackageReference"),
            one => one.Attribute("Include")!.Value.EndsWith("BannedApiAnalyzers", StringComparison.Ordinal)
        );
        Assert.Contains(
            props.Descendants("AdditionalFiles"),
            one => one.Attribute("Include")!.Value.EndsWith("BannedSymbols.txt", StringComparison.Ordinal)
        );
    }

    [Fact]
    public void Only_its_own_tests_refer_to_the_Functions_head() =>
        Assert.Equal(
            "Bittbridge.Functions.Tests.csproj",
            Path.GetFileName(
                Assert.Single(ProjectsIn(RepositoryFolder.At("tests")), project => ReferencesOf(project).Contains("Functions"))
            )
        );

    private static IReadOnlyList<string> ProjectsIn(string folder) =>
        [
            .. Directory
                .EnumerateFiles(folder, "*.csproj", SearchOption.AllDirectories)
                .Where(path => !path.Replace('\\', '/').Contains("/obj/", StringComparison.Ordinal)),
        ];

    private static IEnumerable<string> ReferencesOf(string project) =>
        XDocument
            .Load(project)
            .Descendants("ProjectReference")
            .Select(reference => reference.Attribute("Include")!.Value.Replace('\\', '/'))
            .Select(path => path.Split('/')[^2]);
}
