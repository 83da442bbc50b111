using Bittbridge.Testing;
using Bittbridge.Tools;
using Bittbridge.Tools.Testing;

namespace Bittbridge.EndToEnd.Tests;

public sealed class SolutionTests
{
    private static readonly IReadOnlyList<string> Solution = SolutionProjects.In(RepositoryFolder.At(Checkout.SolutionName));

    [Fact]
    public void The_filter_is_the_solution_without_the_Functions_head()
    {
        var filter = SolutionProjects.In(RepositoryFolder.At(Checkout.FilterName));

        Assert.Equal(Solution.Where(project => !project.Contains("/Functions", StringComparison.Ordinal)).Order(StringComparer.Ordinal), filter.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_project_stands_in_the_solution()
    {
        var projects = new[] { "src", "tests", "eng" }
            .SelectMany(folder => Directory.EnumerateFiles(RepositoryFolder.At(folder), "*.csproj", SearchOption.AllDirectories))
            .Select(path => Path.GetRelativePath(RepositoryFolder.Root, path).Replace('\\', '/'))
            .Where(path => !path.Contains("/obj/", StringComparison.Ordinal));

        Assert.Equal(projects.Order(StringComparer.Ordinal), Solution.Order(StringComparer.Ordinal));
    }
}
