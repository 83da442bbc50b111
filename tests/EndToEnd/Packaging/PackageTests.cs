using System.IO.Compression;
using System.Text.Json;
using Bittbridge.EndToEnd.Tests.Starting;
using Bittbridge.Testing;
using Bittbridge.Tools;
using Bittbridge.Tools.Running;

namespace Bittbridge.EndToEnd.Tests.Packaging;

/// <summary>The packages and the template, used from an empty folder as a model's author uses them.</summary>
[Collection(StartCollection.Name)]
public sealed class PackageTests : IDisposable
{
    private static readonly string[] Packed = ["Models", "Models.Testing", "Backtesting", "Onnx", "Bittensor", "Miner", "SelfHost"];

    /// <summary>A version of its own, so that the package cache of this machine gives no older package.</summary>
    private static readonly string Version = $"0.1.0-test.{DateTime.UtcNow:yyyyMMddHHmmss}";

    private readonly string _folder = Directory.CreateTempSubdirectory("bittbridge-packages-").FullName;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string Feed => Path.Combine(_folder, "feed");

    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
        var cache = Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } named
            ? named
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        foreach (var project in Packed)
        {
            var kept = Path.Combine(cache, $"bittbridge.{project.ToLowerInvariant()}", Version);
            if (Directory.Exists(kept))
            {
                Directory.Delete(kept, recursive: true);
            }
        }
    }

    [Fact]
    public async Task The_template_makes_a_model_that_is_tested_and_run_with_the_packages_alone()
    {
        await PackAsync(await FilterAsync(), "--no-build");
        await PackAsync("templates");
        Assert.Every(Packed, AssertWhole);
        var work = Directory.CreateDirectory(Path.Combine(_folder, "work")).FullName;
        await File.WriteAllTextAsync(
            Path.Combine(work, "NuGet.config"),
            $"""<configuration><packageSources><add key="packages" value="{Feed}" /></packageSources></configuration>""",
            Ct
        );

        // Installed into a folder of its own, not for this machine's user.
        string[] hive = ["--debug:custom-hive", Path.Combine(_folder, "hive")];
        await StartCommand.DotnetAsync(work, ["new", "install", Path.Combine(Feed, $"Bittbridge.Templates.{Version}.nupkg"), .. hive]);
        await StartCommand.DotnetAsync(work, ["new", "bittbridge-model", "-n", "Kite", "--bittbridgeVersion", Version, .. hive]);
        var made = Path.Combine(work, "Kite");

        var tested = await StartCommand.DotnetAsync(made, "test", "--project", "Kite.Tests");
        Assert.Contains(tested, line => line.Contains("succeeded: 2", StringComparison.Ordinal));

        // Without settings the miner says which it needs, as the tool does.
        var run = await ChildProcess.RunAsync(
            Programs.Dotnet(made, "run", "--project", "Kite").WithEnvironmentVariables(NoSettings()),
            onLine: null,
            Ct
        );
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(run.Lines, line => line.StartsWith("The setting Bittbridge:Storage is missing", StringComparison.Ordinal));

        await RunReadmeOfBittensorAsync(work);
    }

    private async Task PackAsync(string what, params string[] more) =>
        await StartCommand.DotnetAsync(
            RepositoryFolder.Root,
            ["pack", what, "--configuration", "Debug", "--output", Feed, $"-p:Version={Version}", .. more]
        );

    /// <summary>The packed projects as one part of the solution.</summary>
    private async Task<string> FilterAsync()
    {
        var filter = Path.Combine(_folder, "packed.slnf");
        // As the solution spells them, which the build compares them with.
        var projects = Packed.Select(project => $@"src\{project}\Bittbridge.{project}.csproj");
        await File.WriteAllTextAsync(
            filter,
            JsonSerializer.Serialize(new { solution = new { path = RepositoryFolder.At(Checkout.SolutionName), projects } }),
            Ct
        );
        return filter;
    }

    /// <summary>The code in the readme of the protocol's package, as a program that has that package alone.</summary>
    private static async Task RunReadmeOfBittensorAsync(string work)
    {
        var readme = await File.ReadAllTextAsync(RepositoryFolder.At("src", "Bittensor", "README.md"), Ct);
        var code = readme.Split("```csharp")[1].Split("```")[0];
        await File.WriteAllTextAsync(
            Path.Combine(work, "sign.cs"),
            $"#:package Bittbridge.Bittensor@{Version}{Environment.NewLine}{code}",
            Ct
        );

        var lines = await StartCommand.DotnetAsync(work, "run", "sign.cs");

        Assert.Matches("^signed by 5[1-9A-HJ-NP-Za-km-z]{47}$", lines[^1]);
    }

    [Fact]
    public void The_template_names_the_version_of_this_repository()
    {
        var version = System.Xml.Linq.XDocument.Load(RepositoryFolder.At("Directory.Build.props")).Descendants("Version").Single().Value;

        Assert.Contains(
            $"\"defaultValue\": \"{version}\"",
            File.ReadAllText(RepositoryFolder.At("templates", "bittbridge-model", ".template.config", "template.json")),
            StringComparison.Ordinal
        );
    }

    /// <summary>A package has its library, the documentation of its members and a readme; the symbols are beside it.</summary>
    private void AssertWhole(string project)
    {
        var name = $"Bittbridge.{project}";
        using var package = ZipFile.OpenRead(Path.Combine(Feed, $"{name}.{Version}.nupkg"));
        var files = package.Entries.Select(entry => entry.FullName).ToList();
        Assert.Contains($"lib/net10.0/{name}.dll", files);
        Assert.Contains($"lib/net10.0/{name}.xml", files);
        Assert.Contains("README.md", files);
        using var symbols = ZipFile.OpenRead(Path.Combine(Feed, $"{name}.{Version}.snupkg"));
        Assert.Contains($"lib/net10.0/{name}.pdb", symbols.Entries.Select(entry => entry.FullName));
    }

    /// <summary>The miner's settings of this machine's user are taken out of the environment.</summary>
    private static Dictionary<string, string?> NoSettings() =>
        Environment
            .GetEnvironmentVariables()
            .Keys.Cast<string>()
            .Where(name => name.StartsWith("Bittbridge__", StringComparison.OrdinalIgnoreCase))
            .ToDictionary(name => name, _ => (string?)null);
}
