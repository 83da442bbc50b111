using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.RegularExpressions;
using Bittbridge.Bittensor.Keys;
using static Bittbridge.Tools.Azure.ResourceManager;

namespace Bittbridge.Tools.Azure;

/// <summary>
/// Before azd provisions: finds what would make the deployment fail minutes later with a message that does not name the remedy. What can't
/// be asked is said and stops nothing.
/// </summary>
/// <param name="environment">azd's environment.</param>
/// <param name="azd">Runs azd.</param>
/// <param name="output">Gets a line for every finding.</param>
public sealed partial class Preflight(HookEnvironment environment, RunAzd azd, TextWriter output)
{
    private static readonly string[] Secrets =
    [
        "COINGECKO_API_KEY",
        "TWELVEDATA_API_KEY",
        "MINER_NOTIFY_WEBHOOK",
        "MINER_MODEL_TOKEN",
        "MINER_VAULT_SECRETS",
    ];

    /// <summary>The value of MINER_VAULT_SECRETS of a deployment without secrets, which takes the last one from the app.</summary>
    public const string NoSecret = "none";

    private readonly List<string> _problems = [];

    private bool HasSecrets => Secrets.Any(name => environment[name] is not (null or NoSecret));

    private string Gateway => environment["MINER_GATEWAY"] ?? "none";

    private string Location => Plain(environment["AZURE_LOCATION"] ?? "");

    private bool IsIsolated => environment["MINER_NETWORK_ISOLATION"] == "true";

    private string StorageSku => environment["MINER_STORAGE_SKU"] ?? "Standard_LRS";

    private string ResourceGroup => $"{environment["AZURE_ENV_NAME"]}-bittbridge";

    /// <returns>0 when nothing is wrong, else 1.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        CheckHotkey();
        CheckValues();
        CheckGateway();
        CheckZones();
        if (Gateway == "appgw" && environment["MINER_MONTHLY_BUDGET"] is null)
        {
            await output.WriteLineAsync(
                "The gateway appgw alone costs more than the default budget, so its notification will come within days: run 'azd env set "
                    + "MINER_MONTHLY_BUDGET …' (docs/operations.md, What it costs a month)."
            );
        }

        if (_problems.Count == 0)
        {
            await AskAzureAsync(cancellationToken);
        }

        foreach (var problem in _problems)
        {
            await output.WriteLineAsync(problem);
        }

        return _problems.Count == 0 ? 0 : 1;
    }

    private void CheckHotkey()
    {
        const string Remedy =
            "run 'azd env set MINER_HOTKEY 5…' with the ss58 address of the miner's hotkey ('btcli wallet list' shows it)";
        if (environment["MINER_HOTKEY"] is not { } hotkey)
        {
            _problems.Add($"MINER_HOTKEY is missing: {Remedy}.");
        }
        else if (!Ss58Address.TryParse(hotkey, out var address) || address.Format != Ss58Address.BittensorFormat)
        {
            // Not shown: it may be a secret that was pasted by mistake.
            _problems.Add($"MINER_HOTKEY is no ss58 address of a hotkey: {Remedy}.");
        }
    }

    /// <summary>The values that main.bicepparam converts, whose failure there is shown without the variable's name.</summary>
    private void CheckValues()
    {
        foreach (Match match in Converted().Matches(File.ReadAllText(Checkout.Find().At("infra", "main.bicepparam"))))
        {
            var (kind, name) = (match.Groups["kind"].Value, match.Groups["name"].Value);
            if (!environment.Has(name))
            {
                continue;
            }

            var value = environment[name] ?? "";
            var expected = (kind, name) switch
            {
                ("int", _) when !int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out _) => "a whole number",
                ("bool", _) when value is not ("true" or "false") => "true or false",
                ("json", "MINER_OPERATOR_ADDRESSES") when !IsJson(value, IsAddresses) =>
                    """a list of IPv4 address ranges in JSON, such as ["198.51.100.7/32"]""",
                ("json", "MINER_OPERATORS") when !IsJson(value, root => root.ValueKind == JsonValueKind.Array) =>
                    """a list in JSON, such as [{"id": "object id", "type": "User"}]""",
                ("json", "MINER_SETTINGS") when !IsJson(value, root => root.ValueKind == JsonValueKind.Object) =>
                    """an object in JSON, such as {"BudgetMs":"500"}""",
                _ => null,
            };
            if (expected is not null)
            {
                _problems.Add($"{name} is '{value}': set it to {expected}, or remove its line from .azure/<environment>/.env.");
            }
        }
    }

    private void CheckGateway()
    {
        if (Gateway is not ("none" or "nginx" or "appgw"))
        {
            _problems.Add($"MINER_GATEWAY is '{Gateway}': set it to none, nginx or appgw.");
        }

        var key = environment["MINER_GATEWAY_SSH_PUBLIC_KEY"] ?? "";
        if (
            Gateway == "nginx"
            && !key.StartsWith("ssh-rsa ", StringComparison.Ordinal)
            && !key.StartsWith("ssh-ed25519 ", StringComparison.Ordinal)
        )
        {
            _problems.Add(
                "MINER_GATEWAY_SSH_PUBLIC_KEY is no public key, which the machine under nginx needs: run "
                    + "'azd env set MINER_GATEWAY_SSH_PUBLIC_KEY \"$(cat ~/.ssh/id_ed25519.pub)\"' (ssh-ed25519 or ssh-rsa)."
            );
        }
    }

    private void CheckZones()
    {
        if (environment["MINER_ZONE_REDUNDANT"] == "true" && !IsZonal(StorageSku))
        {
            _problems.Add(
                $"MINER_ZONE_REDUNDANT is true and MINER_STORAGE_SKU is {StorageSku}: an app in several zones needs storage in several "
                    + "zones, Standard_ZRS or Standard_GZRS."
            );
        }
    }

    private async Task AskAzureAsync(CancellationToken cancellationToken)
    {
        if (environment["AZURE_SUBSCRIPTION_ID"] is null || Location.Length == 0)
        {
            await output.WriteLineAsync("The subscription or the region is not chosen yet, so Azure was not asked.");
            return;
        }

        using var azure = environment.ResourceManager(azd);
        await TryAsync("the providers", () => CheckProvidersAsync(azure, cancellationToken));
        await TryAsync("the region", () => CheckRegionAsync(azure, cancellationToken));
        await TryAsync("what is deployed", () => CheckDeployedAsync(azure, cancellationToken));
        await TryAsync("the budget", () => KeepBudgetStartAsync(azure, cancellationToken));
    }

    private async Task TryAsync(string what, Func<Task> check)
    {
        try
        {
            await check();
        }
        catch (Exception exception)
            when (exception is HttpRequestException or TaskCanceledException or JsonException or KeyNotFoundException)
        {
            await output.WriteLineAsync($"Azure did not say enough of {what}, so that was not checked: {exception.Message}");
        }
    }

    private async Task CheckProvidersAsync(ResourceManager azure, CancellationToken cancellationToken)
    {
        string[] needed =
        [
            "Microsoft.Web",
            "Microsoft.Storage",
            "Microsoft.ManagedIdentity",
            "Microsoft.OperationalInsights",
            "Microsoft.Insights",
            .. HasSecrets ? ["Microsoft.KeyVault"] : Array.Empty<string>(),
            .. Gateway == "none" && !IsIsolated ? [] : new[] { "Microsoft.Network" },
            .. Gateway == "nginx" ? ["Microsoft.Compute"] : Array.Empty<string>(),
        ];
        var registered = (await azure.ListAsync("/providers?api-version=2021-04-01", cancellationToken))
            .Where(provider => Text(provider, "registrationState") == "Registered")
            .Select(provider => Text(provider, "namespace"))
            .ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var provider in needed.Where(provider => !registered.Contains(provider)))
        {
            await output.WriteLineAsync(
                $"{provider} is not registered in the subscription. The deployment registers it if you have the right to; otherwise let an "
                    + $"owner run 'az provider register --namespace {provider} --wait'."
            );
        }

        // The template names it as the owner of a subnet only, which a deployment does not register.
        if (IsIsolated && !registered.Contains("Microsoft.App"))
        {
            _problems.Add(
                "Microsoft.App is not registered in the subscription, which MINER_NETWORK_ISOLATION needs: run 'az provider register "
                    + "--namespace Microsoft.App --wait'."
            );
        }
    }

    private async Task CheckRegionAsync(ResourceManager azure, CancellationToken cancellationToken)
    {
        var regions = (
            await azure.ListAsync("/providers/Microsoft.Web/geoRegions?sku=FlexConsumption&api-version=2024-11-01", cancellationToken)
        )
            .Select(region => Plain(Text(region, "name")))
            .Order(StringComparer.Ordinal)
            .ToList();
        if (regions.Count > 0 && !regions.Contains(Location))
        {
            _problems.Add(
                $"The region {Location} does not offer Flex Consumption: choose one with 'azd env set AZURE_LOCATION …': "
                    + $"{string.Join(", ", regions)}."
            );
        }
    }

    /// <summary>What an earlier deployment left in the resource group, against what is asked for now.</summary>
    private async Task CheckDeployedAsync(ResourceManager azure, CancellationToken cancellationToken)
    {
        var group = await azure.GetAsync($"/resourceGroups/{ResourceGroup}?api-version=2021-04-01", cancellationToken);
        if (group is { } there && Plain(Text(there, "location")) is var place && place != Location)
        {
            _problems.Add(
                $"The resource group {ResourceGroup} is in {place}, and AZURE_LOCATION is {Location}: another region needs another "
                    + "environment ('azd env new'; docs/operations.md, A second region)."
            );
            return;
        }

        var resources = group is null
            ? []
            : await azure.ListAsync($"/resourceGroups/{ResourceGroup}/resources?api-version=2021-04-01", cancellationToken);
        var machine = Find(resources, "Microsoft.Compute/virtualMachines");
        var deployed =
            machine is not null ? "nginx"
            : Find(resources, "Microsoft.Network/applicationGateways") is not null ? "appgw"
            : "none";
        if (deployed != "none" && deployed != Gateway)
        {
            _problems.Add(
                $"The gateway {deployed} is deployed and MINER_GATEWAY is {Gateway}. A deployment deletes nothing: the old gateway would "
                    + "keep the address and its cost. Delete it first (docs/operations.md, Change or remove the gateway)."
            );
        }
        else if (machine is { } vm)
        {
            await CheckLoginAsync(azure, Text(vm, "id"), cancellationToken);
        }
        else if (Gateway == "nginx")
        {
            await CheckMachineSizeAsync(azure, cancellationToken);
        }

        if (Find(resources, "Microsoft.KeyVault/vaults") is null)
        {
            if (HasSecrets)
            {
                await CheckDeletedVaultAsync(azure, cancellationToken);
            }
        }
        else if (!HasSecrets && environment["MINER_VAULT_SECRETS"] != NoSecret)
        {
            _problems.Add(
                "The miner has secrets in a vault, and this environment names none, so the deployment would take them from the app: run "
                    + "'azd env refresh' (in GitHub, set the variable MINER_VAULT_SECRETS to their names), or take them on purpose with "
                    + $"'azd env set MINER_VAULT_SECRETS {NoSecret}'."
            );
        }

        if (Find(resources, "Microsoft.Storage/storageAccounts") is { } account)
        {
            CheckStorage(account);
        }
    }

    /// <summary>A deployment adds or removes the copy in another region, and no more.</summary>
    private void CheckStorage(JsonElement account)
    {
        if (
            account.TryGetProperty("sku", out var sku)
            && Text(sku, "name") is { Length: > 0 } there
            && IsZonal(there) != IsZonal(StorageSku)
        )
        {
            _problems.Add(
                $"The storage account is {there} and MINER_STORAGE_SKU is {StorageSku}: only a conversion moves data into or out of "
                    + $"several zones. Start it with 'az storage account migration start --resource-group {ResourceGroup} --account-name "
                    + $"{Text(account, "name")} --name default --sku {StorageSku}' and deploy when it has ended, or set the old "
                    + "value again."
            );
        }
    }

    private async Task CheckLoginAsync(ResourceManager azure, string machine, CancellationToken cancellationToken)
    {
        var keys = (await azure.GetAsync($"{machine}?api-version=2025-04-01", cancellationToken))
            ?.GetProperty("properties")
            .GetProperty("osProfile")
            .GetProperty("linuxConfiguration")
            .GetProperty("ssh")
            .GetProperty("publicKeys")
            .EnumerateArray()
            .Select(key => Text(key, "keyData").Trim());
        if (keys is not null && !keys.Contains(environment["MINER_GATEWAY_SSH_PUBLIC_KEY"]!.Trim()))
        {
            _problems.Add(
                "MINER_GATEWAY_SSH_PUBLIC_KEY is another key than the machine was made with, which Azure does not change: set the old one "
                    + "again and add a new key with 'az vm user update', or delete the machine first (docs/operations.md, Rotate)."
            );
        }
    }

    private async Task CheckMachineSizeAsync(ResourceManager azure, CancellationToken cancellationToken)
    {
        var size = DefaultMachineSize()
            .Match(await File.ReadAllTextAsync(Checkout.Find().At("infra", "main.bicep"), cancellationToken))
            .Groups["size"]
            .Value;
        var sku = (
            await azure.ListAsync(
                $"/providers/Microsoft.Compute/skus?api-version=2021-07-01&$filter=location%20eq%20'{Location}'",
                cancellationToken
            )
        )
            .Where(sku => Text(sku, "resourceType") == "virtualMachines" && Text(sku, "name") == size)
            .Cast<JsonElement?>()
            .FirstOrDefault();
        if (
            sku is not { } offered
            || offered.GetProperty("restrictions").EnumerateArray().Any(restriction => Text(restriction, "type") == "Location")
        )
        {
            _problems.Add(
                $"The region {Location} does not offer you the machine size {size}: choose another region, or another gatewayMachineSize."
            );
            return;
        }

        var cores = int.Parse(
            Text(offered.GetProperty("capabilities").EnumerateArray().First(capability => Text(capability, "name") == "vCPUs"), "value"),
            CultureInfo.InvariantCulture
        );
        string[] counted = ["cores", Text(offered, "family")];
        var full = (
            await azure.ListAsync($"/providers/Microsoft.Compute/locations/{Location}/usages?api-version=2024-07-01", cancellationToken)
        )
            .Where(usage => counted.Contains(Text(usage.GetProperty("name"), "value"), StringComparer.OrdinalIgnoreCase))
            .Where(usage => usage.GetProperty("limit").GetInt64() - usage.GetProperty("currentValue").GetInt64() < cores)
            .Select(usage => Text(usage.GetProperty("name"), "value"))
            .ToList();
        if (full.Count > 0)
        {
            _problems.Add(
                $"The quota {string.Join(" and ", full)} in {Location} has no {cores} cores left for {size}: ask for more in the portal "
                    + "(Quotas), or choose another region."
            );
        }
    }

    private async Task CheckDeletedVaultAsync(ResourceManager azure, CancellationToken cancellationToken)
    {
        var deleted = await azure.ListAsync("/providers/Microsoft.KeyVault/deletedVaults?api-version=2022-07-01", cancellationToken);
        _problems.AddRange(
            deleted
                .Where(vault =>
                    vault.GetProperty("properties") is var properties
                    && Text(properties, "vaultId").Contains($"/resourceGroups/{ResourceGroup}/", StringComparison.OrdinalIgnoreCase)
                    && Plain(Text(properties, "location")) == Location
                )
                .Select(vault => Text(vault, "name"))
                .Select(name =>
                    $"The vault {name} of this environment was deleted and keeps its name for seven days: "
                    + $"run 'az keyvault purge --name {name}', or 'az keyvault recover --name {name}' to have its secrets back."
                )
        );
    }

    /// <summary>A budget's start can't be changed, and a new one can't begin in a past month.</summary>
    private async Task KeepBudgetStartAsync(ResourceManager azure, CancellationToken cancellationToken)
    {
        var budget = (
            await azure.ListAsync(
                $"/resourceGroups/{ResourceGroup}/providers/Microsoft.Consumption/budgets?api-version=2024-08-01",
                cancellationToken
            )
        )
            .Where(budget => Text(budget, "name").StartsWith("budget-bittbridge-", StringComparison.Ordinal))
            .Cast<JsonElement?>()
            .FirstOrDefault();
        var start = budget is { } there ? Text(there.GetProperty("properties").GetProperty("timePeriod"), "startDate")[..10] : "";
        if (start != (environment["BUDGET_START_DATE"] ?? ""))
        {
            // The environment of this command need not be the default one.
            await azd(
                ["env", "set", "BUDGET_START_DATE", start, "--environment", environment.Required("AZURE_ENV_NAME")],
                cancellationToken
            );
        }
    }

    private static bool IsZonal(string sku) => sku.Contains("ZRS", StringComparison.OrdinalIgnoreCase);

    private static JsonElement? Find(IReadOnlyList<JsonElement> resources, string type) =>
        resources
            .Where(resource => string.Equals(Text(resource, "type"), type, StringComparison.OrdinalIgnoreCase))
            .Cast<JsonElement?>()
            .FirstOrDefault();

    /// <summary>The name of a region as azd writes it: Azure answers with display names too.</summary>
    private static string Plain(string region) => region.Replace(" ", "", StringComparison.Ordinal).ToLowerInvariant();

    private static bool IsJson(string text, Func<JsonElement, bool> check)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return check(document.RootElement);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>Azure's firewalls take a range by its first address, and the storage account's a range of /31 in no form.</summary>
    private static bool IsAddresses(JsonElement root) =>
        root.ValueKind == JsonValueKind.Array
        && root.EnumerateArray()
            .All(item =>
                item.ValueKind == JsonValueKind.String
                && item.GetString()!.Contains('/', StringComparison.Ordinal)
                && IPNetwork.TryParse(item.GetString(), out var range)
                && range is { BaseAddress.AddressFamily: AddressFamily.InterNetwork, PrefixLength: not 31 }
            );

    [GeneratedRegex(@"\b(?<kind>int|bool|json)\(readEnvironmentVariable\('(?<name>\w+)'", RegexOptions.ExplicitCapture)]
    private static partial Regex Converted();

    [GeneratedRegex("param gatewayMachineSize string = '(?<size>[^']+)'", RegexOptions.ExplicitCapture)]
    private static partial Regex DefaultMachineSize();
}
