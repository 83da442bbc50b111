using System.Diagnostics;
using System.Text.Json.Nodes;
using Bittbridge.Miner.Configuration;
using Bittbridge.Testing;
using YamlDotNet.RepresentationModel;

namespace Bittbridge.Infra.Tests;

/// <summary>The image of the plain head and the compose file that runs it.</summary>
public sealed class ContainerTests
{
    [Fact]
    public async Task The_image_is_small_has_no_shell_and_does_not_run_as_root()
    {
        var start = new ProcessStartInfo(
            "dotnet",
            [
                "msbuild",
                RepositoryFolder.At("src", "SelfHost"),
                "-getProperty:ContainerFamily,ContainerUser,ContainerRepository",
                "-getItem:ContainerPort",
            ]
        )
        {
            RedirectStandardOutput = true,
        };
        using var msbuild = Process.Start(start)!;
        var said = JsonNode.Parse(await msbuild.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken))!;
        await msbuild.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(
            """{"ContainerFamily":"noble-chiseled","ContainerUser":"app","ContainerRepository":"bittbridge-miner"}""",
            said["Properties"]!.ToJsonString()
        );
        Assert.Equal("8091", Assert.Single(said["Items"]!["ContainerPort"]!.AsArray())!["Identity"]!.GetValue<string>());
    }

    [Fact]
    public void Compose_runs_that_image_read_only_without_privileges_and_Azurite_in_the_version_of_the_tests()
    {
        var services = Compose()["services"];

        Assert.Equal("bittbridge-miner:latest", services["miner"]["image"].ToString());
        Assert.Equal(("true", "ALL"), (services["miner"]["read_only"].ToString(), services["miner"]["cap_drop"][0].ToString()));
        Assert.EndsWith(":8091", services["miner"]["ports"][0].ToString(), StringComparison.Ordinal);
        var azurite = JsonNode.Parse(File.ReadAllText(RepositoryFolder.At("package.json")))!["devDependencies"]![
            "azurite"
        ]!.GetValue<string>();
        Assert.Equal($"mcr.microsoft.com/azure-storage/azurite:{azurite}", services["storage"]["image"].ToString());
        Assert.False(((YamlMappingNode)services["storage"]).Children.ContainsKey("ports"));
    }

    [Fact]
    public void Compose_sets_only_what_the_miner_reads()
    {
        var names = ((YamlMappingNode)Compose()["services"]["miner"]["environment"]).Children.Select(pair => pair.Key.ToString()).ToList();

        Assert.Every(names, name => Assert.Contains(name, SettingNames.All.Select(Variable)));
        Assert.Contains("Bittbridge__Hotkey", names);
    }

    [Fact]
    public void Compose_passes_every_setting()
    {
        var passed = ((YamlMappingNode)Compose()["services"]["miner"]["environment"]).Children.Select(pair => pair.Key.ToString());

        // Production takes one source of prices, and the second name of the key is a name on the outside.
        Assert.Equal(
            SettingNames
                .All.Except([SettingNames.PricesSource, SettingNames.CoinGeckoApiKeyOfTheReferenceMiner])
                .Select(Variable)
                .Order(StringComparer.Ordinal),
            passed.Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public void Compose_mounts_the_models_and_checks_the_health_of_both_containers()
    {
        var services = Compose()["services"];

        Assert.EndsWith(":/models:ro", services["miner"]["volumes"][0].ToString(), StringComparison.Ordinal);
        Assert.Equal("--health", services["miner"]["healthcheck"]["test"][3].ToString());
        Assert.Equal("node", services["storage"]["healthcheck"]["test"][1].ToString());
        Assert.Equal("service_healthy", services["miner"]["depends_on"]["storage"]["condition"].ToString());
    }

    private static string Variable(string name) =>
        SettingNames.Full(name) == name ? name : $"Bittbridge__{name.Replace(":", "__", StringComparison.Ordinal)}";

    private static YamlNode Compose()
    {
        var yaml = new YamlStream();
        using var reader = File.OpenText(RepositoryFolder.At("compose.yaml"));
        yaml.Load(reader);
        return yaml.Documents[0].RootNode;
    }
}
