using System.Text.RegularExpressions;
using Bittbridge.Infra.Tests.Bicep;
using Bittbridge.Testing;

namespace Bittbridge.Infra.Tests;

/// <summary>docs/operations.md has the procedures that the rest names, and the variables and lines in it exist.</summary>
public sealed partial class OperationsTests(BicepServer bicep)
{
    private static string Operations => Read("docs", "operations.md");

    [Theory]
    [InlineData(
        "From GitHub",
        "repo:OWNER/REPOSITORY:environment:production",
        "`azd pipeline config` does not set it up",
        "MINER_OPERATORS"
    )]
    [InlineData("What only a deployment can show", "- [ ] ", "AppRequests", "automatic patching")]
    [InlineData("Change or remove the gateway", "az vm delete", "az network application-gateway delete", "PublicIPAddressInUse")]
    [InlineData("Roll back", "?versionId=", "MINER_OPERATORS", "bittbridge models rollback")]
    [InlineData("What no alert says", "web test", "quota", "answers")]
    [InlineData("Remove", "--purge", "deployment stack", "CanNotDelete")]
    [InlineData("Recover from a disaster", "nonces", "MINER_STORAGE_SKU", "azcopy")]
    [InlineData("A second region", "azd env new prod-standby", "once in 50 blocks", "MINER_BTCLI")]
    [InlineData("The drill", "Twice a year", "azd env select", "axon")]
    [InlineData("Rotate", "COINGECKO_API_KEY=… azd provision", "azd hooks run postdeploy", "az vm user update")]
    [InlineData("`server-errors`", "does not start", "A stranger can cause", "3003 Failed")]
    [InlineData("`log-cap`", "sum(Quantity) by DataType", "logDailyCapGb", "resets")]
    public void A_chapter_has_what_an_operator_needs(string chapter, params string[] parts)
    {
        var text = Chapter(chapter);

        Assert.Every(parts, part => Assert.Contains(part, text, StringComparison.Ordinal));
    }

    [Fact]
    public void The_chapters_that_a_hook_names_exist()
    {
        var hooks = string.Concat(Directory.EnumerateFiles(RepositoryFolder.At("eng", "Tools", "Azure"), "*.cs").Select(File.ReadAllText));

        var named = Named().Matches(hooks).Select(match => match.Groups["chapter"].Value).Distinct().ToList();
        Assert.Contains("Change or remove the gateway", named);
        Assert.Every(named, chapter => Assert.NotEmpty(Chapter(chapter)));
    }

    [Theory]
    [InlineData("README.md")]
    [InlineData("infra/README.md")]
    [InlineData("docs/operations.md")]
    public async Task A_variable_of_the_deployment_that_a_document_names_is_read_or_put_out(string file)
    {
        var outputs = (await BicepDeployment.PredictAsync(bicep)).Outputs.Select(output => output.Key);
        var known = outputs.Concat(Variable().Matches(Read("infra", "main.bicepparam")).Select(match => match.Value)).ToHashSet();

        Assert.Every(Variable().Matches(Read(file)).Select(match => match.Value), name => Assert.Contains(name, known));
    }

    [Fact]
    public void An_environment_in_which_the_image_is_built_has_Docker() =>
        Assert.Contains("features/docker-in-docker:", Read(".devcontainer", "devcontainer.json"), StringComparison.Ordinal);

    [Fact]
    public void The_table_of_gateways_says_which_stops_floods()
    {
        var rows = Read("infra", "README.md")
            .Split('\n')
            .Where(line => line.Contains("| 404 |", StringComparison.Ordinal) || line.Contains("| 502 ", StringComparison.Ordinal));

        Assert.Equal(["stopped by address", "not stopped"], rows.Select(row => row.Split('|')[4].Trim().Split(':')[0]));
    }

    private static string Chapter(string title)
    {
        var match = Regex.Match(
            Operations,
            $@"^(?<level>##+) {Regex.Escape(title)}\r?$(?<text>.*?)(?=^##|\z)",
            RegexOptions.Multiline | RegexOptions.Singleline
        );
        Assert.True(match.Success, $"docs/operations.md has no chapter '{title}'.");
        return match.Groups["text"].Value;
    }

    private static string Read(params string[] path) => File.ReadAllText(RepositoryFolder.At(path));

    [GeneratedRegex(@"docs/operations\.md, (?<chapter>[A-Z][a-z]+( [a-z]+)*)", RegexOptions.ExplicitCapture)]
    private static partial Regex Named();

    [GeneratedRegex(@"\bMINER_[A-Z_]+[A-Z]\b")]
    private static partial Regex Variable();
}
