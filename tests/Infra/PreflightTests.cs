using System.Diagnostics;
using Bittbridge.Infra.Tests.Bicep;
using Bittbridge.Testing;
using Bittbridge.Tools.Azure;

namespace Bittbridge.Infra.Tests;

/// <summary>The hook that azd runs before it provisions, against a stand-in for Azure.</summary>
public sealed class PreflightTests
{
    private const string SshKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExampleExampleExample operator";
    private const string Group = "/subscriptions/s-1/resourceGroups/prod-bittbridge";
    private const string Machine = Group + "/providers/Microsoft.Compute/virtualMachines/gw";

    private static readonly string[] Providers =
    [
        "Microsoft.Web",
        "Microsoft.App",
        "Microsoft.Storage",
        "Microsoft.ManagedIdentity",
        "Microsoft.OperationalInsights",
        "microsoft.insights",
        "Microsoft.KeyVault",
        "Microsoft.Network",
        "Microsoft.Compute",
    ];

    private readonly Dictionary<string, string> _azure = new(StringComparer.Ordinal)
    {
        ["/subscriptions/s-1/providers?"] = List(
            Providers.Select(name => $$"""{"namespace": "{{name}}", "registrationState": "Registered"}""")
        ),
        ["/subscriptions/s-1/providers/Microsoft.Web/geoRegions?"] = List([
            """{"name": "West Europe"}""",
            """{"name": "Sweden Central"}""",
        ]),
        ["/subscriptions/s-1/providers/Microsoft.Compute/skus?"] = List([Sku()]),
        ["/subscriptions/s-1/providers/Microsoft.Compute/locations/westeurope/usages?"] = List([
            Usage("cores", 2),
            Usage("standardBasv2Family", 0),
        ]),
        ["/subscriptions/s-1/providers/Microsoft.KeyVault/deletedVaults?"] = List([]),
    };

    private readonly List<string> _azd = [];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_new_deployment_with_everything_has_nothing_to_be_said()
    {
        var (status, said) = await RunAsync(
            ("MINER_GATEWAY", "nginx"),
            ("MINER_GATEWAY_SSH_PUBLIC_KEY", SshKey),
            ("COINGECKO_API_KEY", "CG-1"),
            ("MINER_ALWAYS_READY", "1")
        );

        Assert.Equal((0, ""), (status, said));
        Assert.Equal(["auth token --output json"], _azd);
    }

    [Theory]
    [InlineData("MINER_HOTKEY", "", "MINER_HOTKEY is missing")]
    [InlineData("MINER_HOTKEY", "bottom drive obey lake curtain smoke basket hold race lonely fit walk", "is no ss58 address")]
    [InlineData("MINER_ALWAYS_READY", "", "MINER_ALWAYS_READY is '': set it to a whole number")]
    [InlineData("MINER_ALERTS", "yes", "MINER_ALERTS is 'yes': set it to true or false")]
    [InlineData("MINER_OPERATOR_ADDRESSES", "[198.51.100.7/32]", "is '[198.51.100.7/32]': set it to a list of IPv4 address ranges")]
    [InlineData("MINER_OPERATOR_ADDRESSES", "[\"198.51.100.7\"]", "set it to a list of IPv4 address ranges")]
    [InlineData("MINER_OPERATOR_ADDRESSES", "[\"198.51.100.7/31\"]", "set it to a list of IPv4 address ranges")]
    [InlineData("MINER_OPERATOR_ADDRESSES", "[\"2001:db8::/64\"]", "set it to a list of IPv4 address ranges")]
    [InlineData("MINER_OPERATOR_ADDRESSES", "\"198.51.100.7/32\"", "set it to a list of IPv4 address ranges")]
    [InlineData("MINER_OPERATORS", "{}", "MINER_OPERATORS is '{}': set it to a list in JSON")]
    [InlineData("MINER_SETTINGS", "[]", "MINER_SETTINGS is '[]': set it to an object in JSON")]
    [InlineData("MINER_ZONE_REDUNDANT", "true", "an app in several zones needs storage in several zones, Standard_ZRS or Standard_GZRS")]
    [InlineData("MINER_GATEWAY", "apim", "set it to none, nginx or appgw")]
    [InlineData("MINER_GATEWAY", "nginx", "MINER_GATEWAY_SSH_PUBLIC_KEY is no public key")]
    public async Task A_value_that_can_not_be_used_is_named_with_its_remedy_before_Azure_is_asked(string name, string value, string problem)
    {
        var (status, said) = await RunAsync((name, value));

        Assert.Equal(1, status);
        Assert.Contains(problem, said, StringComparison.Ordinal);
        Assert.DoesNotContain("bottom drive", said, StringComparison.Ordinal);
        Assert.Empty(_azd);
    }

    [Fact]
    public async Task Every_problem_of_the_values_is_said_at_once()
    {
        var (_, said) = await RunAsync(("MINER_HOTKEY", ""), ("MINER_PORT", "x"), ("MINER_GATEWAY", "nginx"));

        Assert.Equal(3, said.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public async Task A_region_without_the_plan_is_named_with_those_that_have_it()
    {
        var (status, said) = await RunAsync(("AZURE_LOCATION", "germanynorth"));

        Assert.Equal(1, status);
        Assert.Contains("germanynorth does not offer Flex Consumption", said, StringComparison.Ordinal);
        Assert.Contains("swedencentral, westeurope", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Microsoft.Web", "false", 0)]
    [InlineData("Microsoft.Network", "true", 0)]
    [InlineData("Microsoft.App", "true", 1)]
    public async Task A_provider_that_is_not_registered_is_said_and_stops_only_what_would_not_register_it(
        string provider,
        string isolated,
        int expected
    )
    {
        Unregistered(provider);

        var (status, said) = await RunAsync(("MINER_NETWORK_ISOLATION", isolated));

        Assert.Equal(expected, status);
        Assert.Contains($"az provider register --namespace {provider} --wait", Assert.Single(Lines(said)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Microsoft.App")]
    [InlineData("Microsoft.Network")]
    public async Task A_provider_that_only_network_isolation_needs_is_not_asked_for_without_it(string provider)
    {
        Unregistered(provider);

        Assert.Equal((0, ""), await RunAsync());
    }

    [Fact]
    public async Task A_gateway_that_costs_more_than_the_default_budget_is_said()
    {
        var (status, said) = await RunAsync(("MINER_GATEWAY", "appgw"));

        Assert.Equal(0, status);
        Assert.Contains("azd env set MINER_MONTHLY_BUDGET", Assert.Single(Lines(said)), StringComparison.Ordinal);
        Assert.Equal((0, ""), await RunAsync(("MINER_GATEWAY", "appgw"), ("MINER_MONTHLY_BUDGET", "220")));
    }

    [Theory]
    [InlineData("Standard_LRS", "Standard_GRS", 0)]
    [InlineData("Standard_GZRS", "Standard_ZRS", 0)]
    [InlineData("Standard_LRS", "Standard_ZRS", 1)]
    [InlineData("Standard_GZRS", "Standard_GRS", 1)]
    public async Task Data_comes_into_several_zones_by_a_conversion_only(string there, string wanted, int expected)
    {
        _azure[Group + "?"] = """{"location": "westeurope"}""";
        _azure[Group + "/resources?"] = List([
            $$$"""{"type": "Microsoft.Storage/storageAccounts", "name": "bittbridgeabc", "sku": {"name": "{{{there}}}"} }""",
        ]);

        var (status, said) = await RunAsync(("MINER_STORAGE_SKU", wanted));

        Assert.Equal(expected, status);
        Assert.Equal(
            expected == 1,
            said.Contains(
                "az storage account migration start --resource-group prod-bittbridge --account-name bittbridgeabc "
                    + $"--name default --sku {wanted}",
                StringComparison.Ordinal
            )
        );
    }

    [Theory]
    [InlineData("", "", 1)]
    [InlineData("CoinGecko:ApiKey", "", 0)]
    [InlineData("", "CG-1", 0)]
    [InlineData("none", "", 0)]
    public async Task The_secrets_of_a_deployment_are_taken_from_it_only_on_purpose(string names, string key, int expected)
    {
        Deployed(("Microsoft.KeyVault/vaults", Group + "/providers/Microsoft.KeyVault/vaults/v"));

        var (status, said) = await RunAsync(("MINER_VAULT_SECRETS", names), ("COINGECKO_API_KEY", key));

        Assert.Equal(expected, status);
        Assert.Equal(expected == 1, said.Contains("azd env set MINER_VAULT_SECRETS none", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_resource_group_elsewhere_needs_another_environment()
    {
        _azure[Group + "?"] = """{"location": "northeurope"}""";

        var (status, said) = await RunAsync();

        Assert.Equal(1, status);
        Assert.Contains("prod-bittbridge is in northeurope", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Microsoft.Compute/virtualMachines", "nginx", "appgw")]
    [InlineData("Microsoft.Compute/virtualMachines", "nginx", "none")]
    [InlineData("Microsoft.Network/applicationGateways", "appgw", "none")]
    public async Task A_gateway_that_is_no_longer_wanted_must_be_deleted_first(string type, string deployed, string wanted)
    {
        Deployed((type, Machine));

        var (status, said) = await RunAsync(("MINER_GATEWAY", wanted));

        Assert.Equal(1, status);
        Assert.Contains($"The gateway {deployed} is deployed and MINER_GATEWAY is {wanted}", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SshKey, 0)]
    [InlineData("ssh-ed25519 AAAAanother operator", 1)]
    public async Task The_machine_keeps_the_key_it_was_made_with(string key, int expected)
    {
        Deployed(("Microsoft.Compute/virtualMachines", Machine));
        _azure[Machine + "?"] =
            """{"properties": {"osProfile": {"linuxConfiguration": {"ssh": {"publicKeys": [{"keyData": "KEY\n"}]}}}}}""".Replace(
                "KEY",
                SshKey,
                StringComparison.Ordinal
            );

        var (status, said) = await RunAsync(("MINER_GATEWAY", "nginx"), ("MINER_GATEWAY_SSH_PUBLIC_KEY", key));

        Assert.Equal(expected, status);
        Assert.Equal(expected == 1, said.Contains("another key than the machine was made with", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("missing", "does not offer you the machine size Standard_B2ats_v2")]
    [InlineData("restricted", "does not offer you the machine size Standard_B2ats_v2")]
    [InlineData("full", "The quota standardBasv2Family in westeurope has no 2 cores left")]
    public async Task A_machine_that_can_not_be_had_is_named(string what, string problem)
    {
        _azure["/subscriptions/s-1/providers/Microsoft.Compute/skus?"] = List(
            what switch
            {
                "missing" => [],
                "restricted" => [Sku("""{"type": "Location"}""")],
                _ => [Sku()],
            }
        );
        if (what == "full")
        {
            _azure["/subscriptions/s-1/providers/Microsoft.Compute/locations/westeurope/usages?"] = List([
                Usage("cores", 2),
                Usage("standardBasv2Family", 9),
            ]);
        }

        var (status, said) = await RunAsync(("MINER_GATEWAY", "nginx"), ("MINER_GATEWAY_SSH_PUBLIC_KEY", SshKey));

        Assert.Equal(1, status);
        Assert.Contains(problem, said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("COINGECKO_API_KEY", 1)]
    [InlineData("MINER_VAULT_SECRETS", 1)]
    [InlineData("MINER_MODEL", 0)]
    public async Task A_vault_of_this_environment_that_was_deleted_is_named_when_it_is_needed(string variable, int expected)
    {
        _azure["/subscriptions/s-1/providers/Microsoft.KeyVault/deletedVaults?"] = List([
            """{"name": "bittbridgeabc", "properties": {"location": "West Europe", "vaultId": "GROUP/vaults/x"}}""".Replace(
                "GROUP",
                Group,
                StringComparison.Ordinal
            ),
            """{"name": "another", "properties": {"location": "westeurope", "vaultId": "/resourceGroups/x/y"}}""",
        ]);

        var (status, said) = await RunAsync((variable, "CoinGecko:ApiKey"));

        Assert.Equal(expected, status);
        Assert.Equal(expected == 1, said.Contains("az keyvault purge --name bittbridgeabc", StringComparison.Ordinal));
        Assert.DoesNotContain("another", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2026-03-01T00:00:00Z", "", "env set BUDGET_START_DATE 2026-03-01 --environment prod")]
    [InlineData("2026-03-01T00:00:00Z", "2026-03-01", null)]
    [InlineData(null, "2026-03-01", "env set BUDGET_START_DATE  --environment prod")]
    [InlineData(null, "", null)]
    public async Task The_start_of_the_budget_that_is_there_is_kept_and_that_of_one_that_is_gone_is_not(
        string? there,
        string known,
        string? expected
    )
    {
        if (there is not null)
        {
            _azure[Group + "/providers/Microsoft.Consumption/budgets?"] = List([
                $$$"""{"name": "budget-bittbridge-abc", "properties": {"timePeriod": {"startDate": "{{{there}}}" } } }""",
            ]);
        }

        var (status, said) = await RunAsync(("BUDGET_START_DATE", known));

        Assert.Equal((0, ""), (status, said));
        Assert.Equal(expected is null ? [] : [expected], _azd.Skip(1));
    }

    [Fact]
    public async Task What_Azure_refuses_to_say_is_said_and_stops_nothing()
    {
        _azure["/subscriptions/s-1/providers?"] = "403";

        var (status, said) = await RunAsync();

        Assert.Equal(0, status);
        Assert.Contains("did not say enough of the providers", Assert.Single(Lines(said)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Before_a_subscription_is_chosen_only_the_values_are_checked()
    {
        var (status, said) = await RunAsync(("AZURE_SUBSCRIPTION_ID", ""));

        Assert.Equal(0, status);
        Assert.Contains("Azure was not asked", said, StringComparison.Ordinal);
        Assert.Empty(_azd);
    }

    [Fact]
    public async Task The_line_of_azure_yaml_runs_it()
    {
        var start = new ProcessStartInfo("dotnet", ["run", "eng/azd.cs", "--", "preflight"])
        {
            WorkingDirectory = RepositoryFolder.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["MINER_HOTKEY"] = "";
        using var hook = Process.Start(start)!;

        var said = await Task.WhenAll(hook.StandardOutput.ReadToEndAsync(Ct), hook.StandardError.ReadToEndAsync(Ct));
        await hook.WaitForExitAsync(Ct);

        Assert.True(hook.ExitCode == 1 && said[0].Contains("MINER_HOTKEY is missing", StringComparison.Ordinal), string.Concat(said));
    }

    private void Unregistered(string provider) =>
        _azure["/subscriptions/s-1/providers?"] = List(
            Providers.Select(name =>
                $$"""{"namespace": "{{name}}", "registrationState": "{{(name == provider ? "NotRegistered" : "Registered")}}"}"""
            )
        );

    private void Deployed(params (string Type, string Id)[] resources)
    {
        _azure[Group + "?"] = """{"location": "westeurope"}""";
        _azure[Group + "/resources?"] = List(resources.Select(resource => $$"""{"type": "{{resource.Type}}", "id": "{{resource.Id}}"}"""));
    }

    private async Task<(int Status, string Said)> RunAsync(params (string Name, string Value)[] environment)
    {
        await using var azure = new StandInAzure(asked =>
            _azure.GetValueOrDefault(asked.Target[..(asked.Target.IndexOf('?', StringComparison.Ordinal) + 1)]) switch
            {
                null => (404, "{}"),
                "403" => (403, "{}"),
                var body => (200, body),
            }
        );
        var variables = new Dictionary<string, string?>
        {
            ["AZURE_SUBSCRIPTION_ID"] = "s-1",
            ["AZURE_ENV_NAME"] = "prod",
            ["AZURE_LOCATION"] = "westeurope",
            ["AZURE_RESOURCE_MANAGER"] = azure.Address,
            ["MINER_HOTKEY"] = BicepDeployment.Hotkey,
        };
        foreach (var (name, value) in environment)
        {
            variables[name] = value;
        }

        using var output = new StringWriter();
        var status = await new Preflight(
            new(variables),
            (arguments, _) =>
            {
                _azd.Add(string.Join(' ', arguments));
                return Task.FromResult("""{"token": "a-token-of-azd"}""");
            },
            output
        ).RunAsync(Ct);
        return (status, output.ToString());
    }

    private static string[] Lines(string said) => said.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static string List(IEnumerable<string> items) => $$"""{"value": [{{string.Join(", ", items)}}]}""";

    private static string Sku(string restriction = "") =>
        """{"resourceType": "virtualMachines", "name": "Standard_B2ats_v2", "family": "standardBasv2Family", """
        + $$""" "restrictions": [{{restriction}}], "capabilities": [{"name": "vCPUs", "value": "2"}]}""";

    private static string Usage(string name, int used) =>
        $$$"""{"name": {"value": "{{{name}}}"}, "limit": 10, "currentValue": {{{used}}}}""";
}
