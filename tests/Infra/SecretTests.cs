using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Bittbridge.Infra.Tests.Bicep;
using Bittbridge.Testing;

namespace Bittbridge.Infra.Tests;

/// <summary>Nothing that is deployed holds a key, but the vault, which is there for that.</summary>
public sealed partial class SecretTests(BicepServer bicep)
{
    private const string Key = "CG-this-is-no-real-key";

    [Fact]
    public async Task No_template_asks_Azure_for_a_key()
    {
        var template = await CompileAsync();

        Assert.DoesNotMatch(ListFunction(), template);
        Assert.Matches(ListFunction(), "[listKeys(resourceId('x'), '2025-06-01').keys[0].value]");
    }

    [Theory]
    [MemberData(nameof(Variant.All), MemberType = typeof(Variant))]
    public async Task No_value_that_is_deployed_is_a_key_or_a_connection_string(string variant)
    {
        var deployment = await BicepDeployment.PredictAsync(bicep, Variant.Parameters(variant));

        Assert.Every(deployment.Resources, resource => Assert.DoesNotMatch(Secret(), resource.Json));
        Assert.DoesNotMatch(Secret(), deployment.Outputs.ToJsonString());
        Assert.DoesNotContain(
            Key,
            string.Concat(deployment.Resources.Select(resource => resource.Json)) + deployment.Outputs.ToJsonString(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Secrets_are_a_secure_parameter_whose_values_go_into_the_vault_and_nowhere_else()
    {
        var template = JsonNode.Parse(await CompileAsync())!;
        var deployment = await BicepDeployment.PredictAsync(bicep, Variant.Parameters("nginx"));

        Assert.Equal("secureObject", template["parameters"]!["secretValues"]!["type"]!.GetValue<string>(), ignoreCase: true);
        var holders = deployment.Resources.Where(resource => ValueOfASecret().IsMatch(resource.Json)).ToList();
        Assert.NotEmpty(holders);
        Assert.Every(holders, holder => Assert.Equal("Microsoft.KeyVault/vaults/secrets", holder.Type));
        Assert.DoesNotMatch(ValueOfASecret(), deployment.Outputs.ToJsonString());
    }

    [Fact]
    public async Task The_machine_under_nginx_takes_no_password()
    {
        var machine = (await BicepDeployment.PredictAsync(bicep, Variant.Parameters("nginx"))).The("Microsoft.Compute/virtualMachines");

        Assert.True(machine.At("osProfile", "linuxConfiguration", "disablePasswordAuthentication")!.GetValue<bool>());
        Assert.False(machine.At("osProfile")!.AsObject().ContainsKey("adminPassword"));
    }

    private async Task<string> CompileAsync()
    {
        var answer = await bicep.AskAsync(
            "bicep/compile",
            new() { ["path"] = RepositoryFolder.At("infra", "main.bicep") },
            TestContext.Current.CancellationToken
        );
        return answer["contents"]!.GetValue<string>();
    }

    [GeneratedRegex(@"\blist[A-Z]\w*\(", RegexOptions.CultureInvariant)]
    private static partial Regex ListFunction();

    [GeneratedRegex(
        @"AccountKey=|SharedAccess|\bsig=|\bpassword""?\s*[=:]|PRIVATE KEY",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase
    )]
    private static partial Regex Secret();

    [GeneratedRegex(@"parameters\('(secretValues|values)'\)", RegexOptions.CultureInvariant)]
    private static partial Regex ValueOfASecret();
}
