using System.Text.RegularExpressions;
using Bittbridge.Infra.Tests.Bicep;
using Bittbridge.Testing;
using CsCheck;

namespace Bittbridge.Infra.Tests;

/// <summary>Azure accepts every resource name that the template derives from any name and region.</summary>
public sealed class NameTests(BicepServer bicep)
{
    /// <summary>Azure's rules for names, by the type of what is named.</summary>
    private static readonly Dictionary<string, string> Rules = new()
    {
        ["Microsoft.Resources/resourceGroups"] = @"\A[-\w.()]{0,89}[-\w()]\z",
        ["Microsoft.ManagedIdentity/userAssignedIdentities"] = @"\A[A-Za-z0-9][-\w]{2,127}\z",
        ["Microsoft.Storage/storageAccounts"] = @"\A[a-z0-9]{3,24}\z",
        ["Microsoft.Storage/storageAccounts/blobServices"] = @"\Adefault\z",
        ["Microsoft.Storage/storageAccounts/blobServices/containers"] = @"\A[a-z0-9](-?[a-z0-9]){2,62}\z",
        ["Microsoft.Storage/storageAccounts/tableServices"] = @"\Adefault\z",
        ["Microsoft.Storage/storageAccounts/tableServices/tables"] = @"\A[A-Za-z][A-Za-z0-9]{2,62}\z",
        ["Microsoft.Storage/storageAccounts/managementPolicies"] = @"\Adefault\z",
        ["Microsoft.OperationalInsights/workspaces"] = @"\A[A-Za-z0-9][-A-Za-z0-9]{2,61}[A-Za-z0-9]\z",
        ["Microsoft.Insights/components"] = @"\A[-\w.()]{0,254}[-\w()]\z",
        ["Microsoft.Insights/workbooks"] = @"\A[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\z",
        ["Microsoft.Insights/scheduledQueryRules"] = @"\A[-\w]{1,260}\z",
        ["Microsoft.Insights/metricAlerts"] = @"\A[-\w]{1,260}\z",
        ["Microsoft.Insights/actionGroups"] = @"\A[-\w]{1,260}\z",
        ["Microsoft.KeyVault/vaults"] = @"\A[A-Za-z](-?[A-Za-z0-9]){2,23}\z",
        ["Microsoft.KeyVault/vaults/secrets"] = @"\A[-A-Za-z0-9]{1,127}\z",
        ["Microsoft.Web/serverfarms"] = @"\A[-A-Za-z0-9]{1,60}\z",
        ["Microsoft.Web/sites"] = @"\A[A-Za-z0-9][-A-Za-z0-9]{0,58}[A-Za-z0-9]\z",
        ["Microsoft.Web/sites/config"] = @"\Aappsettings\z",
        ["Microsoft.Web/sites/basicPublishingCredentialsPolicies"] = @"\Ascm\z",
        ["Microsoft.Consumption/budgets"] = @"\A[-\w]{1,63}\z",
        ["Microsoft.Network/publicIPAddresses"] = @"\A[A-Za-z0-9][-\w.]{0,78}\w\z",
        ["Microsoft.Network/networkSecurityGroups"] = @"\A[A-Za-z0-9][-\w.]{0,78}\w\z",
        ["Microsoft.Network/networkInterfaces"] = @"\A[A-Za-z0-9][-\w.]{0,78}\w\z",
        ["Microsoft.Network/virtualNetworks"] = @"\A[A-Za-z0-9][-\w.]{0,62}\w\z",
        ["Microsoft.Network/applicationGateways"] = @"\A[A-Za-z0-9][-\w.]{0,78}\w\z",
        ["Microsoft.Network/privateEndpoints"] = @"\A[A-Za-z0-9][-\w.]{0,62}\w\z",
        ["Microsoft.Network/privateEndpoints/privateDnsZoneGroups"] = @"\Adefault\z",
        // The end is the cloud's own suffix, which only the deployment knows.
        ["Microsoft.Network/privateDnsZones"] = @"privatelink\.",
        ["Microsoft.Network/privateDnsZones/virtualNetworkLinks"] = "net-bittbridge-[a-z0-9]{13}",
        ["Microsoft.Compute/virtualMachines"] = @"\A[A-Za-z0-9][-A-Za-z0-9.]{0,62}[A-Za-z0-9]\z",
        ["Microsoft.Compute/virtualMachines/runCommands"] = @"\A[-A-Za-z0-9]{1,80}\z",
    };

    /// <summary>The letters that azd lets an environment's name have.</summary>
    private static readonly Gen<string> EnvironmentName = Gen.Char["abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-()_."]
        .Array[1, 64]
        .Select(letters => new string(letters));

    private static readonly Gen<string> TablePrefix = Gen.OneOf(
        Gen.Const(""),
        Gen.Select(Gen.Char['a', 'z'], Gen.Char["abcXYZ019"].Array[0, 19], (first, rest) => first + new string(rest))
    );

    [Fact]
    public async Task Every_name_is_within_Azures_limits_whatever_the_environment_is_called()
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        await Gen.Select(EnvironmentName, OneOf("westeurope", "eastus2", "southeastasia"), OneOf([.. Variant.Names]), TablePrefix)
            .SampleAsync(
                async (environment, location, gateway, prefix) =>
                {
                    var deployment = await BicepDeployment.PredictAsync(
                        bicep,
                        [
                            .. Variant.Parameters(gateway),
                            ("environmentName", $"'{environment}'"),
                            ("location", $"'{location}'"),
                            ("tablePrefix", $"'{prefix}'"),
                        ]
                    );

                    var named = deployment.Resources.Where(resource => resource.Type != "Microsoft.Authorization/roleAssignments").ToList();
                    Assert.Every(named, resource => Assert.Matches(Rules[resource.Type], resource.OwnName));
                    Assert.Equal(named.Count, named.Select(resource => (resource.Type, resource.Name)).Distinct().Count());
                    lock (seen)
                    {
                        seen.UnionWith(named.Select(resource => resource.Type));
                    }
                },
                iter: 24,
                threads: 1
            );

        Assert.Equal(Rules.Keys.Order(StringComparer.Ordinal), seen.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Two_environments_share_no_name_that_is_unique_in_the_world()
    {
        var (one, other) = (
            await BicepDeployment.PredictAsync(bicep, Variant.Parameters("nginx")),
            await BicepDeployment.PredictAsync(bicep, [.. Variant.Parameters("nginx"), ("environmentName", "'staging'")])
        );

        Assert.Every(
            ["Microsoft.Storage/storageAccounts", "Microsoft.Web/sites", "Microsoft.KeyVault/vaults"],
            type => Assert.NotEqual(one.The(type).Name, other.The(type).Name)
        );
    }

    [Fact]
    public void The_rules_refuse_what_Azure_refuses()
    {
        Assert.DoesNotMatch(Rules["Microsoft.Resources/resourceGroups"], "ends-with-a-stop.");
        Assert.DoesNotMatch(Rules["Microsoft.Storage/storageAccounts"], "bittbridge-a");
        Assert.DoesNotMatch(Rules["Microsoft.KeyVault/vaults"], "bittbridge0123456789abcdef");
        Assert.DoesNotMatch(new Regex(Rules["Microsoft.Web/sites"]), new string('a', 61));
    }

    private static Gen<string> OneOf(params string[] choices) => Gen.Int[0, choices.Length - 1].Select(index => choices[index]);
}
