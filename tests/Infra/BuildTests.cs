using System.Text.Json.Nodes;
using Bittbridge.Infra.Tests.Bicep;
using Bittbridge.Testing;

namespace Bittbridge.Infra.Tests;

/// <summary>
/// Every file compiles and passes the linter, whose rules are errors, without a word, and is formatted as the compiler formats.
/// </summary>
public sealed class BuildTests(BicepServer bicep)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static TheoryData<string> Templates => Files("*.bicep");

    public static TheoryData<string> All => [.. Files("*.bicep").Concat(Files("*.bicepparam"))];

    [Theory]
    [MemberData(nameof(Templates))]
    public async Task A_template_compiles_and_the_linter_has_nothing_to_say(string file)
    {
        var answer = await bicep.AskAsync("bicep/compile", new() { ["path"] = RepositoryFolder.At("infra", file) }, Ct);

        Assert.Empty(Findings(answer));
        Assert.True(answer["success"]!.GetValue<bool>());
    }

    [Fact]
    public async Task The_parameters_fit_the_template()
    {
        var answer = await bicep.AskAsync(
            "bicep/compileParams",
            new() { ["path"] = RepositoryFolder.At("infra", "main.bicepparam"), ["parameterOverrides"] = new JsonObject() },
            Ct
        );

        Assert.Empty(Findings(answer));
        Assert.True(answer["success"]!.GetValue<bool>());
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_file_is_formatted_as_the_compiler_formats(string file)
    {
        var path = RepositoryFolder.At("infra", file);

        var answer = await bicep.AskAsync("bicep/format", new() { ["path"] = path }, Ct);

        Assert.Equal(await File.ReadAllTextAsync(path, Ct), answer["contents"]!.GetValue<string>(), ignoreLineEndingDifferences: true);
    }

    [Fact]
    public async Task The_linter_does_bite()
    {
        var folder = Directory.CreateTempSubdirectory("bittbridge-lint-");
        try
        {
            File.Copy(RepositoryFolder.At("infra", "bicepconfig.json"), Path.Combine(folder.FullName, "bicepconfig.json"));
            var file = Path.Combine(folder.FullName, "test.bicep");
            await File.WriteAllTextAsync(
                file,
                "param nobodyReadsThis string\nresource a 'Microsoft.Storage/storageAccounts@1999-01-01' = { name: 'a' }\n",
                Ct
            );

            var answer = await bicep.AskAsync("bicep/compile", new() { ["path"] = file }, Ct);

            Assert.Contains(Findings(answer), finding => finding.Contains("no-unused-params", StringComparison.Ordinal));
            Assert.Contains(Findings(answer), finding => finding.Contains("BCP081", StringComparison.Ordinal));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static IReadOnlyList<string> Findings(JsonObject answer) =>
        [
            .. answer["diagnostics"]!
                .AsArray()
                .Select(finding => $"{finding!["code"]}: {finding["message"]} ({finding["range"]!["start"]!.ToJsonString()})"),
        ];

    private static TheoryData<string> Files(string pattern)
    {
        var infra = RepositoryFolder.At("infra");
        return
        [
            .. Directory
                .EnumerateFiles(infra, pattern, SearchOption.AllDirectories)
                .Select(path => Path.GetRelativePath(infra, path).Replace('\\', '/'))
                .Order(StringComparer.Ordinal),
        ];
    }
}
