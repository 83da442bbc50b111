using Bittbridge.Testing;
using Bittbridge.Tools;
using Bittbridge.Tools.Testing;

namespace Bittbridge.EndToEnd.Tests.Repository;

public sealed class SolutionTests
{
    private static readonly IReadOnlyList<string> Solution = TestRun.ProjectsOf(new Checkout(RepositoryFolder.Root));

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var projects = new[] { "src", "tests", "eng" }
            .SelectMany(folder => Directory.EnumerateFiles(RepositoryFolder.At(folder), "*.csproj", SearchOption.AllDirectories))
            .Select(path => Path.GetRelativePath(RepositoryFolder.Root, path).Replace('\\', '/'))
            .Where(path => !path.Contains("/obj/", StringComparison.Ordinal));

        Assert.Equal(projects.Order(StringComparer.Ordinal), Solution.Order(StringComparer.Ordinal));
    }
}
