using System.Text.Json.Nodes;
using Bittbridge.Infra.Tests.Bicep;
using Bittbridge.Miner.Storage;
using Bittbridge.Testing;

namespace Bittbridge.Infra.Tests;

/// <summary>
/// The resources themselves: versions that were checked, what Flex Consumption takes, and storage and logs that no key opens.
/// </summary>
public sealed class AzureResourceTests(BicepServer bicep)
{
    private static readonly Dictionary<string, string> Versions = new()
    {
        ["Microsoft.Resources/resourceGroups"] = "2024-11-01",
        ["Microsoft.ManagedIdentity/userAssignedIdentities"] = "2024-11-30",
        ["Microsoft.Storage/storageAccounts"] = "2025-06-01",
        ["Microsoft.Storage/storageAccounts/blobServices"] = "2025-06-01",
        ["Microsoft.Storage/storageAccounts/blobServices/containers"] = "2025-06-01",
        ["Microsoft.Storage/storageAccounts/tableServices"] = "2025-06-01",
        ["Microsoft.Storage/storageAccounts/tableServices/tables"] = "2025-06-01",
        ["Microsoft.Storage/storageAccounts/managementPolicies"] = "2025-06-01",
        ["Microsoft.OperationalInsights/workspaces"] = "2025-07-01",
        ["Microsoft.Insights/components"] = "2020-02-02",
        ["Microsoft.Insights/workbooks"] = "2023-06-01",
        ["Microsoft.Insights/scheduledQueryRules"] = "2023-12-01",
        ["Microsoft.Insights/metricAlerts"] = "2018-03-01",
        ["Microsoft.Insights/actionGroups"] = "2023-01-01",
        ["Microsoft.Authorization/roleAssignments"] = "2022-04-01",
        ["Microsoft.KeyVault/vaults"] = "2024-11-01",
        ["Microsoft.KeyVault/vaults/secrets"] = "2024-11-01",
        ["Microsoft.Web/serverfarms"] = "2025-03-01",
        ["Microsoft.Web/sites"] = "2025-03-01",
        ["Microsoft.Web/sites/config"] = "2025-03-01",
        ["Microsoft.Web/sites/basicPublishingCredentialsPolicies"] = "2025-03-01",
        ["Microsoft.Consumption/budgets"] = "2024-08-01",
        ["Microsoft.Network/publicIPAddresses"] = "2025-05-01",
        ["Microsoft.Network/networkSecurityGroups"] = "2025-05-01",
        ["Microsoft.Network/networkInterfaces"] = "2025-05-01",
        ["Microsoft.Network/virtualNetworks"] = "2025-05-01",
        ["Microsoft.Network/privateEndpoints"] = "2025-05-01",
        ["Microsoft.Network/privateEndpoints/privateDnsZoneGroups"] = "2025-05-01",
        ["Microsoft.Network/privateDnsZones"] = "2024-06-01",
        ["Microsoft.Network/privateDnsZones/virtualNetworkLinks"] = "2024-06-01",
        ["Microsoft.Network/applicationGateways"] = "2025-05-01",
        ["Microsoft.Compute/virtualMachines"] = "2025-04-01",
        ["Microsoft.Compute/virtualMachines/runCommands"] = "2025-04-01",
    };

    [Theory]
    [MemberData(nameof(Variant.All), MemberType = typeof(Variant))]
    public async Task Every_resource_has_the_API_version_that_was_checked(string variant)
    {
        var deployment = await BicepDeployment.PredictAsync(bicep, Variant.Parameters(variant));

        Assert.Every(deployment.Resources, resource => Assert.Equal(Versions[resource.Type], resource.ApiVersion));
    }

    [Theory]
    [MemberData(nameof(Variant.All), MemberType = typeof(Variant))]
    public async Task Everything_that_can_carry_a_tag_says_whose_it_is(string variant)
    {
        var deployment = await BicepDeployment.PredictAsync(bicep, Variant.Parameters(variant));

        Assert.Every(
            deployment.Resources.Where(resource => resource.Body.ContainsKey("location")),
            resource => Assert.Equal("prod", resource.Body["tags"]?["azd-env-name"]?.GetValue<string>())
        );
        Assert.Equal("miner", deployment.The("Microsoft.Web/sites").Body["tags"]!["azd-service-name"]!.GetValue<string>());
    }

    [Theory]
    [MemberData(nameof(Variant.All), MemberType = typeof(Variant))]
    public async Task Of_siteConfig_nothing_is_set_that_Flex_Consumption_refuses(string variant)
    {
        var app = (await BicepDeployment.PredictAsync(bicep, Variant.Parameters(variant))).The("Microsoft.Web/sites");

        Assert.Equal(
            ["ipSecurityRestrictions", "ipSecurityRestrictionsDefaultAction", "minTlsVersion"],
            app.At("siteConfig")!.AsObject().Select(pair => pair.Key).Order(StringComparer.Ordinal)
        );
        Assert.Equal(
            ["functionAppConfig", "httpsOnly", "keyVaultReferenceIdentity", "publicNetworkAccess", "serverFarmId", "siteConfig"],
            app.Body["properties"]!.AsObject().Select(pair => pair.Key).Except(["virtualNetworkSubnetId"]).Order(StringComparer.Ordinal)
        );
        Assert.Equal("1.2", app.At("siteConfig", "minTlsVersion")!.GetValue<string>());
        Assert.True(app.At("httpsOnly")!.GetValue<bool>());
        Assert.Equal("Enabled", app.At("publicNetworkAccess")!.GetValue<string>());
        Assert.Equal(
            variant is "nginx" or "appgw" ? "Deny" : "Allow",
            app.At("siteConfig", "ipSecurityRestrictionsDefaultAction")!.GetValue<string>()
        );
    }

    [Fact]
    public async Task What_is_overwritten_or_deleted_in_blobs_can_be_restored_for_a_week_and_no_version_is_kept_longer()
    {
        var deployment = await BicepDeployment.PredictAsync(bicep);

        var blobs = deployment.The("Microsoft.Storage/storageAccounts/blobServices");
        Assert.True(blobs.At("isVersioningEnabled")!.GetValue<bool>());
        Assert.Equal("""{"enabled":true,"days":7}""", blobs.At("deleteRetentionPolicy")!.ToJsonString());
        Assert.Equal("""{"enabled":true,"days":7}""", blobs.At("containerDeleteRetentionPolicy")!.ToJsonString());
        var rule = deployment.The("Microsoft.Storage/storageAccounts/managementPolicies").At("policy", "rules", "0", "definition")!;
        Assert.Equal("""{"version":{"delete":{"daysAfterCreationGreaterThan":7}}}""", rule["actions"]!.ToJsonString());
    }

    [Fact]
    public async Task By_default_there_is_one_copy_in_one_zone_and_no_network()
    {
        var deployment = await BicepDeployment.PredictAsync(bicep);

        var account = deployment.The("Microsoft.Storage/storageAccounts");
        Assert.Equal("Standard_LRS", account.Body["sku"]!["name"]!.GetValue<string>());
        Assert.Equal("Enabled Allow", $"{account.At("publicNetworkAccess")} {account.At("networkAcls", "defaultAction")}");
        Assert.False(deployment.The("Microsoft.Web/serverfarms").At("zoneRedundant")!.GetValue<bool>());
        Assert.Null(deployment.The("Microsoft.Web/sites").At("virtualNetworkSubnetId"));
        Assert.DoesNotContain(deployment.Resources, resource => resource.Type.StartsWith("Microsoft.Network/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task With_the_options_storage_is_in_three_zones_and_reached_by_the_app_and_the_operators_alone()
    {
        var deployment = await BicepDeployment.PredictAsync(bicep, Variant.Parameters("isolated"));

        var account = deployment.The("Microsoft.Storage/storageAccounts");
        Assert.Equal("Standard_ZRS", account.Body["sku"]!["name"]!.GetValue<string>());
        Assert.Equal("Enabled Deny", $"{account.At("publicNetworkAccess")} {account.At("networkAcls", "defaultAction")}");
        Assert.Equal(
            ["198.51.100.7", "203.0.113.0/28"],
            account.At("networkAcls", "ipRules")!.AsArray().Select(rule => rule!["value"]!.GetValue<string>())
        );
        Assert.True(deployment.The("Microsoft.Web/serverfarms").At("zoneRedundant")!.GetValue<bool>());
        Assert.Equal(
            2,
            deployment.The("Microsoft.Web/sites").At("functionAppConfig", "scaleAndConcurrency", "alwaysReady", "0")![
                "instanceCount"
            ]!.GetValue<int>()
        );
        Assert.Contains(
            "subnets[0].id",
            deployment.The("Microsoft.Web/sites").At("virtualNetworkSubnetId")!.ToJsonString(),
            StringComparison.Ordinal
        );
        Assert.Equal(
            ["blob", "table"],
            deployment
                .Of("Microsoft.Network/privateEndpoints")
                .Select(endpoint => endpoint.At("privateLinkServiceConnections", "0")!["properties"]!["groupIds"]![0]!.GetValue<string>())
        );
        Assert.Equal(
            "Microsoft.App/environments",
            deployment.The("Microsoft.Network/virtualNetworks").At("subnets", "0")!["properties"]!["delegations"]![0]!["properties"]![
                "serviceName"
            ]!.GetValue<string>()
        );
    }

    [Fact]
    public async Task An_isolated_account_without_operators_takes_nothing_from_outside() =>
        Assert.Equal(
            "Disabled",
            (await BicepDeployment.PredictAsync(bicep, ("networkIsolation", "true")))
                .The("Microsoft.Storage/storageAccounts")
                .At("publicNetworkAccess")!
                .GetValue<string>()
        );

    [Theory]
    [MemberData(nameof(Variant.Twelve), MemberType = typeof(Variant))]
    public async Task Every_gateway_can_be_deployed_with_and_without_a_secret_and_a_warm_instance(string gateway, bool secret, int warm)
    {
        var deployment = await BicepDeployment.PredictAsync(
            bicep,
            [
                ("gateway", $"'{gateway}'"),
                ("alwaysReadyInstances", $"{warm}"),
                .. gateway == "nginx" ? [("gatewaySshPublicKey", "'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5 x'")] : Array.Empty<(string, string)>(),
                .. secret ? [("vaultSecrets", "['CoinGecko:ApiKey']")] : Array.Empty<(string, string)>(),
            ]
        );

        Assert.Equal(gateway == "none" ? 0 : 1, deployment.Of("Microsoft.Network/publicIPAddresses").Count());
        Assert.Equal(secret ? 1 : 0, deployment.Of("Microsoft.KeyVault/vaults").Count());
        Assert.Equal(
            warm,
            deployment.The("Microsoft.Web/sites").At("functionAppConfig", "scaleAndConcurrency", "alwaysReady")!.AsArray().Count
        );
    }

    [Fact]
    public async Task The_app_is_an_isolated_worker_on_its_own_plan_of_the_right_kind()
    {
        var deployment = await BicepDeployment.PredictAsync(bicep);

        var (plan, app) = (deployment.The("Microsoft.Web/serverfarms"), deployment.The("Microsoft.Web/sites"));
        Assert.Equal("""{"name":"FC1","tier":"FlexConsumption"}""", plan.Body["sku"]!.ToJsonString());
        Assert.Equal(("functionapp", true), (plan.Body["kind"]!.GetValue<string>(), plan.At("reserved")!.GetValue<bool>()));
        Assert.Equal("functionapp,linux", app.Body["kind"]!.GetValue<string>());
        Assert.EndsWith("/" + plan.Name, app.At("serverFarmId")!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal("""{"name":"dotnet-isolated","version":"10.0"}""", app.At("functionAppConfig", "runtime")!.ToJsonString());
    }

    [Fact]
    public async Task The_package_lies_in_a_container_that_is_made_and_is_read_with_the_identity()
    {
        var deployment = await BicepDeployment.PredictAsync(bicep);

        var storage = deployment.The("Microsoft.Web/sites").At("functionAppConfig", "deployment", "storage")!;
        var account = deployment.The("Microsoft.Storage/storageAccounts").Name;
        Assert.Equal(
            $"format(https://{{0}}.blob.{{1}}/{{2}}, {account}, environment().suffixes.storage, packages)",
            ArmExpression.Parse(storage["value"]!.GetValue<string>()).ToString()
        );
        Assert.Contains(
            deployment.Of("Microsoft.Storage/storageAccounts/blobServices/containers"),
            container => container.OwnName == "packages"
        );
        Assert.Equal("UserAssignedIdentity", storage["authentication"]!["type"]!.GetValue<string>());
        Assert.EndsWith(
            "/" + deployment.The("Microsoft.ManagedIdentity/userAssignedIdentities").Name,
            storage["authentication"]!["userAssignedIdentityResourceId"]!.GetValue<string>(),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData(0, "[]")]
    [InlineData(2, """[{"name":"http","instanceCount":2}]""")]
    public async Task Instances_are_kept_warm_only_when_asked_for_and_their_number_is_bounded(int alwaysReady, string expected)
    {
        var app = (
            await BicepDeployment.PredictAsync(
                bicep,
                ("alwaysReadyInstances", $"{alwaysReady}"),
                ("maximumInstanceCount", "50"),
                ("instanceMemoryMB", "2048")
            )
        ).The("Microsoft.Web/sites");

        var scale = app.At("functionAppConfig", "scaleAndConcurrency")!;
        Assert.Equal(expected, scale["alwaysReady"]!.ToJsonString());
        Assert.Equal((50, 2048), (scale["maximumInstanceCount"]!.GetValue<int>(), scale["instanceMemoryMB"]!.GetValue<int>()));
    }

    /// <summary>The template has these defaults, and the parameters that azd reads have them too.</summary>
    [Fact]
    public async Task By_default_an_instance_has_512_MB_there_are_40_at_most_and_one_is_kept_warm()
    {
        var scale = (await BicepDeployment.PredictAsync(bicep)).The("Microsoft.Web/sites").At("functionAppConfig", "scaleAndConcurrency")!;
        var parameters = await BicepDeployment.ParametersAsync();

        Assert.Equal(
            "512 40 1",
            $"{scale["instanceMemoryMB"]} {scale["maximumInstanceCount"]} {scale["alwaysReady"]![0]!["instanceCount"]}"
        );
        Assert.Equal(
            ["512", "40", "1"],
            new[] { "instanceMemoryMB", "maximumInstanceCount", "alwaysReadyInstances" }.Select(name => $"{parameters[name]!["value"]}")
        );
    }

    [Fact]
    public async Task Storage_has_no_shared_key_and_no_public_blob()
    {
        var deployment = await BicepDeployment.PredictAsync(bicep);

        var account = deployment.The("Microsoft.Storage/storageAccounts");
        Assert.Equal(
            "false false TLS1_2 true",
            $"{account.At("allowSharedKeyAccess")} {account.At("allowBlobPublicAccess")} {account.At("minimumTlsVersion")} "
                + $"{account.At("supportsHttpsTrafficOnly")}"
        );
        Assert.Every(
            deployment.Of("Microsoft.Storage/storageAccounts/blobServices/containers"),
            container => Assert.Equal("None", container.At("publicAccess")!.GetValue<string>())
        );
    }

    [Theory]
    [InlineData("")]
    [InlineData("Test1")]
    public async Task Every_table_of_the_code_is_made_under_its_prefix(string prefix)
    {
        var deployment = await BicepDeployment.PredictAsync(bicep, ("tablePrefix", $"'{prefix}'"));

        var made = deployment.Of("Microsoft.Storage/storageAccounts/tableServices/tables").Select(table => table.OwnName).ToList();
        var ofTheCode = typeof(MinerTables)
            .GetFields()
            .Where(field => field.IsLiteral && field.FieldType == typeof(string))
            .Select(field => (string)field.GetRawConstantValue()!)
            .ToList();
        Assert.NotEmpty(ofTheCode);
        Assert.Every(ofTheCode, table => Assert.Contains(prefix + table, made));
        Assert.Equal(prefix, deployment.AppSettings()["Bittbridge__TablePrefix"].Text);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Staging")]
    public async Task The_container_of_models_is_made_under_the_name_that_the_code_gives_it(string prefix)
    {
        var deployment = await BicepDeployment.PredictAsync(bicep, ("tablePrefix", $"'{prefix}'"));

        Assert.Equal(
            ["packages", MinerBlobs.ContainerName(prefix)],
            deployment.Of("Microsoft.Storage/storageAccounts/blobServices/containers").Select(container => container.OwnName)
        );
    }

    [Fact]
    public async Task Logs_are_taken_from_identities_only_and_within_a_daily_cap()
    {
        var deployment = await BicepDeployment.PredictAsync(bicep, ("logDailyCapGb", "2"), ("logRetentionDays", "60"));

        var (workspace, component) = (
            deployment.The("Microsoft.OperationalInsights/workspaces"),
            deployment.The("Microsoft.Insights/components")
        );
        Assert.True(component.At("DisableLocalAuth")!.GetValue<bool>());
        Assert.EndsWith("/" + workspace.Name, component.At("WorkspaceResourceId")!.GetValue<string>(), StringComparison.Ordinal);
        Assert.True(workspace.At("features", "disableLocalAuth")!.GetValue<bool>());
        Assert.Equal(
            (2, 60),
            (workspace.At("workspaceCapping", "dailyQuotaGb")!.GetValue<int>(), workspace.At("retentionInDays")!.GetValue<int>())
        );
    }

    [Fact]
    public async Task A_package_can_not_be_published_with_a_password()
    {
        var policy = (await BicepDeployment.PredictAsync(bicep)).The("Microsoft.Web/sites/basicPublishingCredentialsPolicies");

        Assert.Equal(("scm", false), (policy.OwnName, policy.At("allow")!.GetValue<bool>()));
    }

    [Theory]
    [InlineData("alwaysReadyInstances", "11")]
    [InlineData("maximumInstanceCount", "39")]
    [InlineData("instanceMemoryMB", "1024")]
    [InlineData("gateway", "'apim'")]
    [InlineData("gatewayPort", "0")]
    [InlineData("netuid", "65536")]
    [InlineData("access", "'open'")]
    [InlineData("replay", "'none'")]
    [InlineData("aim", "'width'")]
    [InlineData("answersPerCallerPerMinute", "100001")]
    [InlineData("refusalsPerSecond", "-1")]
    [InlineData("hotkey", "'5short'")]
    [InlineData("environmentName", "''")]
    [InlineData("storageSku", "'Premium_LRS'")]
    [InlineData("vaultSecrets", "['Hotkey']")]
    [InlineData("operators", "[{ id: 'me' }]")]
    [InlineData("logRetentionDays", "7")]
    [InlineData("monthlyBudget", "-1")]
    public async Task A_parameter_out_of_bounds_is_refused_before_anything_is_made(string name, string value) =>
        Assert.Equal([name], await BicepDeployment.RefusedAsync(bicep, name, value));

    [Theory]
    [InlineData("alwaysReadyInstances", "10")]
    [InlineData("maximumInstanceCount", "1000")]
    [InlineData("gateway", "'nginx'")]
    [InlineData("netuid", "65535")]
    [InlineData("access", "'signed'")]
    [InlineData("replay", "'strict'")]
    [InlineData("aim", "'reward'")]
    [InlineData("answersPerCallerPerMinute", "0")]
    public async Task A_parameter_within_its_bounds_is_taken(string name, string value) =>
        Assert.Empty(await BicepDeployment.RefusedAsync(bicep, name, value));

    [Fact]
    public async Task Every_parameter_is_described_and_none_is_an_open_number()
    {
        var answer = await bicep.AskAsync(
            "bicep/compile",
            new() { ["path"] = Testing.RepositoryFolder.At("infra", "main.bicep") },
            TestContext.Current.CancellationToken
        );

        var parameters = JsonNode.Parse(answer["contents"]!.GetValue<string>())!["parameters"]!
            .AsObject()
            .Select(pair => (pair.Key, Body: pair.Value!.AsObject()))
            .ToList();
        Assert.NotEmpty(parameters);
        Assert.Every(
            parameters,
            parameter =>
                Assert.False(string.IsNullOrWhiteSpace(parameter.Body["metadata"]?["description"]?.GetValue<string>()), parameter.Key)
        );
        Assert.Every(
            parameters.Where(parameter => parameter.Body["type"]!.GetValue<string>() == "int"),
            parameter =>
                Assert.True(
                    parameter.Body.ContainsKey("allowedValues")
                        || (parameter.Body.ContainsKey("minValue") && parameter.Body.ContainsKey("maxValue")),
                    parameter.Key
                )
        );
    }
}
