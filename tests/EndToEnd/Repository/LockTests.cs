using System.Text.Json;
using Bittbridge.Testing;

namespace Bittbridge.EndToEnd.Tests.Repository;

public sealed class LockTests
{
    [Fact]
    public void The_lock_of_the_npm_packages_names_no_registry()
    {
        using var locked = JsonDocument.Parse(File.ReadAllText(RepositoryFolder.At("package-lock.json")));

        var packages = locked.RootElement.GetProperty("packages").EnumerateObject().ToList();

        Assert.Contains(packages, package => package.Name == "node_modules/azurite");
        Assert.Every(packages, package => Assert.False(package.Value.TryGetProperty("resolved", out _), package.Name));
    }

    [Fact]
    public void Azurite_and_the_linters_are_held_at_exact_versions()
    {
        using var package = JsonDocument.Parse(File.ReadAllText(RepositoryFolder.At("package.json")));

        var versions = package
            .RootElement.GetProperty("devDependencies")
            .EnumerateObject()
            .ToDictionary(dependency => dependency.Name, dependency => dependency.Value.GetString()!);
        Assert.Contains("azurite", versions.Keys);
        Assert.Every(versions, version => Assert.Matches(@"^\d+\.\d+\.\d+$", version.Value));
    }
}
