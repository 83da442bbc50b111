using System.Text.Json;
using Bittbridge.Testing;

namespace Bittbridge.EndToEnd.Tests;

public sealed class LockTests
{
    [Fact]
    public void The_lock_of_the_npm_packages_names_no_registry()
    {
        using var locked = JsonDocument.Parse(File.ReadAllText(RepositoryFolder.At("package-lock.json")));

        var packages = locked.RootElement.GetProperty("packages").EnumerateObject().ToList();

        Assert.Contains(packages, package => package.Name == "node_modules/azurite");
        Assert.All(packages, package => Assert.False(package.Value.TryGetProperty("resolved", out _), package.Name));
    }

    [Fact]
    public void Azurite_is_held_at_one_exact_version()
    {
        using var package = JsonDocument.Parse(File.ReadAllText(RepositoryFolder.At("package.json")));

        Assert.Matches(@"^\d+\.\d+\.\d+$", package.RootElement.GetProperty("devDependencies").GetProperty("azurite").GetString());
    }
}
