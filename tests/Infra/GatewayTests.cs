using System.Text;
using System.Text.RegularExpressions;
using Bittbridge.Infra.Tests.Bicep;
using Bittbridge.Miner.Http;
using Bittbridge.Testing;

namespace Bittbridge.Infra.Tests;

/// <summary>The address for the chain: what stands behind it, what it lets through, and who else reaches the app.</summary>
public sealed partial class GatewayTests(BicepServer bicep)
{
    public static TheoryData<string> Gateways => ["nginx", "appgw"];

    [Fact]
    public async Task Without_a_gateway_there_is_no_address_no_network_and_no_restriction()
    {
        var deployment = await BicepDeployment.PredictAsync(bicep, ("operatorAddresses", "['198.51.100.7/32']"));

        Assert.DoesNotContain(
            deployment.Resources,
            resource =>
                resource.Type.StartsWith("Microsoft.Network/", StringComparison.Ordinal)
                || resource.Type.StartsWith("Microsoft.Compute/", StringComparison.Ordinal)
        );
        Assert.Equal("[]", deployment.The("Microsoft.Web/sites").At("siteConfig", "ipSecurityRestrictions")!.ToJsonString());
        Assert.Equal("", deployment.Outputs["MINER_PUBLIC_IP"]!.GetValue<string>());
        Assert.Contains("choose a gateway", deployment.Outputs["MINER_BTCLI"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Gateways))]
    public async Task The_address_is_IPv4_and_stays(string gateway)
    {
        var address = (await BicepDeployment.PredictAsync(bicep, Variant.Parameters(gateway))).The("Microsoft.Network/publicIPAddresses");

        Assert.Equal(
            "Standard Static IPv4",
            $"{address.Body["sku"]!["name"]} {address.At("publicIPAllocationMethod")} {address.At("publicIPAddressVersion")}"
        );
    }

    [Theory]
    [MemberData(nameof(Gateways))]
    public async Task The_app_takes_traffic_from_the_gateway_and_the_operators_alone(string gateway)
    {
        var app = (await BicepDeployment.PredictAsync(bicep, Variant.Parameters(gateway))).The("Microsoft.Web/sites");

        var restrictions = app.At("siteConfig", "ipSecurityRestrictions")!.AsArray();
        Assert.Every(restrictions, restriction => Assert.Equal("Allow", restriction!["action"]!.GetValue<string>()));
        Assert.Equal(["gateway", "operator-1", "operator-2"], restrictions.Select(restriction => restriction!["name"]!.GetValue<string>()));
        Assert.Equal([100, 101, 102], restrictions.Select(restriction => restriction!["priority"]!.GetValue<int>()));
        Assert.Contains(".ipAddress", restrictions[0]!["ipAddress"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(
            ["198.51.100.7/32", "203.0.113.0/28"],
            restrictions.Skip(1).Select(restriction => restriction!["ipAddress"]!.GetValue<string>())
        );
    }

    [Theory]
    [MemberData(nameof(Gateways))]
    public async Task The_line_for_btcli_names_the_subnet_the_address_the_port_and_the_network(string gateway)
    {
        var outputs = (
            await BicepDeployment.PredictAsync(
                bicep,
                [.. Variant.Parameters(gateway), ("gatewayPort", "8092"), ("netuid", "421"), ("network", "'finney'")]
            )
        ).Outputs;

        var line = ArmExpression.Parse(outputs["MINER_BTCLI"]!.GetValue<string>());
        Assert.Equal("btcli tx serve-axon --netuid {0} --ip {1} --port {2} -w W -H H -n {3}", line.Arguments[0].Text);
        Assert.Equal(("421", "8092", "finney"), (line.Arguments[1].Text, line.Arguments[3].Text, line.Arguments[4].Text));
        Assert.Contains(".ipAddress", line.Arguments[2].ToString(), StringComparison.Ordinal);
        Assert.Equal(8092, outputs["MINER_PUBLIC_PORT"]!.GetValue<int>());
    }

    [Fact]
    public async Task Application_Gateway_passes_the_challenge_and_sends_everything_else_to_nobody()
    {
        var gateway = (await BicepDeployment.PredictAsync(bicep, [.. Variant.Parameters("appgw"), ("gatewayPort", "8092")])).The(
            "Microsoft.Network/applicationGateways"
        );

        var map = gateway.At("urlPathMaps")!.AsArray().Single()!["properties"]!;
        var rule = map["pathRules"]!.AsArray().Single()!["properties"]!;
        Assert.Equal($"""["/{MinerRoutes.Challenge}"]""", rule["paths"]!.ToJsonString());
        Assert.EndsWith("/backendAddressPools/app", rule["backendAddressPool"]!["id"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.EndsWith(
            "/backendAddressPools/nobody",
            map["defaultBackendAddressPool"]!["id"]!.GetValue<string>(),
            StringComparison.Ordinal
        );
        var pools = gateway
            .At("backendAddressPools")!
            .AsArray()
            .ToDictionary(pool => pool!["name"]!.GetValue<string>(), pool => pool!["properties"]!["backendAddresses"]!.AsArray());
        Assert.Empty(pools["nobody"]);
        Assert.Single(pools["app"]);
        Assert.Equal(8092, gateway.At("frontendPorts")!.AsArray().Single()!["properties"]!["port"]!.GetValue<int>());
        Assert.Equal(
            "PathBasedRouting",
            gateway.At("requestRoutingRules")!.AsArray().Single()!["properties"]!["ruleType"]!.GetValue<string>()
        );
    }

    [Fact]
    public async Task Application_Gateway_talks_TLS_under_the_apps_name_rewrites_nothing_and_trusts_no_certificate_of_its_own()
    {
        var gateway = (await BicepDeployment.PredictAsync(bicep, Variant.Parameters("appgw"))).The("Microsoft.Network/applicationGateways");

        var tls = gateway.At("backendHttpSettingsCollection")!.AsArray().Single()!["properties"]!.AsObject();
        var probe = gateway.At("probes")!.AsArray().Single()!["properties"]!;
        Assert.Equal(("Https", 443), (tls["protocol"]!.GetValue<string>(), tls["port"]!.GetValue<int>()));
        Assert.Contains("Microsoft.Web/sites", tls["hostName"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(tls["hostName"]!.GetValue<string>(), probe["host"]!.GetValue<string>());
        Assert.Equal(("Https", $"/{MinerRoutes.Live}"), (probe["protocol"]!.GetValue<string>(), probe["path"]!.GetValue<string>()));
        Assert.False(tls.ContainsKey("path"));
        Assert.Null(gateway.At("rewriteRuleSets"));
        Assert.Null(gateway.At("trustedRootCertificates"));
    }

    [Fact]
    public async Task The_machine_under_nginx_opens_its_port_to_all_and_its_login_to_operators()
    {
        var rules = (await BicepDeployment.PredictAsync(bicep, [.. Variant.Parameters("nginx"), ("gatewayPort", "8092")]))
            .The("Microsoft.Network/networkSecurityGroups")
            .At("securityRules")!
            .AsArray();

        Assert.Equal(
            ["axon 8092 from \"Internet\"", "ssh 22 from [\"198.51.100.7/32\",\"203.0.113.0/28\"]"],
            rules
                .Select(rule => (Name: rule!["name"]!, Rule: rule["properties"]!))
                .Select(rule =>
                    $"{rule.Name} {rule.Rule["destinationPortRange"]} from "
                    + $"{(rule.Rule["sourceAddressPrefix"] ?? rule.Rule["sourceAddressPrefixes"])!.ToJsonString()}"
                )
        );
    }

    [Fact]
    public async Task The_Application_Gateway_opens_its_port_and_what_Azure_needs_to_run_it()
    {
        var deployment = await BicepDeployment.PredictAsync(bicep, [.. Variant.Parameters("appgw"), ("gatewayPort", "8092")]);

        Assert.Equal(
            ["8092 from Internet", "65200-65535 from GatewayManager", "* from AzureLoadBalancer"],
            deployment
                .The("Microsoft.Network/networkSecurityGroups")
                .At("securityRules")!
                .AsArray()
                .Select(rule => rule!["properties"]!)
                .Select(rule => $"{rule["destinationPortRange"]} from {rule["sourceAddressPrefix"]}")
        );
        Assert.Contains(
            "Microsoft.Network/networkSecurityGroups",
            deployment
                .The("Microsoft.Network/virtualNetworks")
                .At("subnets", "0", "properties", "networkSecurityGroup", "id")!
                .GetValue<string>(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Its_boot_can_be_looked_at_and_its_installation_has_the_time_for_all_tries()
    {
        var deployment = await BicepDeployment.PredictAsync(bicep, Variant.Parameters("nginx"));

        Assert.True(
            deployment.The("Microsoft.Compute/virtualMachines").At("diagnosticsProfile", "bootDiagnostics", "enabled")!.GetValue<bool>()
        );
        var install = deployment.The("Microsoft.Compute/virtualMachines/runCommands");
        Assert.Equal(
            (1800, true),
            (install.At("timeoutInSeconds")!.GetValue<int>(), install.At("treatFailureAsDeploymentFailure")!.GetValue<bool>())
        );
    }

    [Fact]
    public async Task Without_operators_nobody_logs_in_to_it()
    {
        var rules = (
            await BicepDeployment.PredictAsync(
                bicep,
                ("gateway", "'nginx'"),
                ("gatewaySshPublicKey", "'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5 x'")
            )
        )
            .The("Microsoft.Network/networkSecurityGroups")
            .At("securityRules")!
            .AsArray();

        Assert.Equal("axon", Assert.Single(rules)!["name"]!.GetValue<string>());
    }

    [Fact]
    public async Task Every_blank_of_the_nginx_configuration_is_filled_in_once_and_the_script_carries_it()
    {
        var machine = await BicepDeployment.PredictAsync(bicep, Variant.Parameters("nginx"));
        var template = await File.ReadAllTextAsync(
            RepositoryFolder.At("infra", "gateway", "nginx", "default.conf.template"),
            TestContext.Current.CancellationToken
        );

        var script = ArmExpression.Parse(
            machine.The("Microsoft.Compute/virtualMachines/runCommands").At("source", "script")!.GetValue<string>()
        );
        Assert.Equal("replace", script.Function);
        Assert.Equal("${CONFIGURATION}", script.Arguments[1].Text);
        Assert.Equal("base64", script.Arguments[2].Function);
        Assert.Equal(1, Blank().Count(script.Arguments[0].Text!));
        var filled = Replacements(script.Arguments[2].Arguments[0]).ToList();
        var text = InnermostText(script.Arguments[2].Arguments[0]);
        foreach (var (blank, value) in filled)
        {
            Assert.Contains(blank, text, StringComparison.Ordinal);
            text = text.Replace(blank, value.ToString(), StringComparison.Ordinal);
        }

        Assert.DoesNotMatch(Blank(), text);
        Assert.Matches(Blank(), template);
        Assert.Contains("listen 8091", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_script_carries_nginxs_own_configuration_and_the_limit_of_connections_to_the_port()
    {
        var machine = await BicepDeployment.PredictAsync(bicep, [.. Variant.Parameters("nginx"), ("gatewayPort", "8092")]);

        var script = ArmExpression
            .Parse(machine.The("Microsoft.Compute/virtualMachines/runCommands").At("source", "script")!.GetValue<string>())
            .Arguments[0]
            .Text!;
        var carried = Carried()
            .Matches(script)
            .ToDictionary(
                match => match.Groups["file"].Value,
                match => Encoding.UTF8.GetString(Convert.FromBase64String(match.Groups["text"].Value))
            );
        Assert.Equal(
            await File.ReadAllTextAsync(
                RepositoryFolder.At("infra", "gateway", "nginx", "nginx.conf"),
                TestContext.Current.CancellationToken
            ),
            carried["\"$main\""]
        );
        Assert.Contains("tcp dport 8092 ct state new", carried["/etc/nginx/connections.nft"], StringComparison.Ordinal);
        Assert.DoesNotMatch(Blank(), carried["/etc/nginx/connections.nft"]);
    }

    [Fact]
    public async Task Nginx_needs_the_operators_public_key()
    {
        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            BicepDeployment.PredictAsync(bicep, ("gateway", "'nginx'"))
        );

        Assert.Contains("sshPublicKey", refusal.Message, StringComparison.Ordinal);
    }

    /// <summary>What is filled in after the compiler itself filled in what it knew.</summary>
    private static IEnumerable<(string Blank, ArmExpression Value)> Replacements(ArmExpression expression) =>
        expression.Function == "replace"
            ? [.. Replacements(expression.Arguments[0]), (expression.Arguments[1].Text!, expression.Arguments[2])]
            : [];

    private static string InnermostText(ArmExpression expression) =>
        expression.Function == "replace" ? InnermostText(expression.Arguments[0]) : expression.Text!;

    [GeneratedRegex(
        @"^echo '(?<text>[A-Za-z0-9+/=]+)' \| base64 --decode >(?<file>\S+)$",
        RegexOptions.CultureInvariant | RegexOptions.Multiline
    )]
    private static partial Regex Carried();

    [GeneratedRegex(@"\$\{\w+\}", RegexOptions.CultureInvariant)]
    private static partial Regex Blank();
}
