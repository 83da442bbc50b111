using System.Text.Json;
using static Bittbridge.Tools.Azure.ResourceManager;

namespace Bittbridge.Tools.Azure;

/// <summary>
/// Before azd provisions: finds what would make the deployment fail minutes later with a message that does not name the remedy. What can't
/// be asked is said and stops nothing.
/// </summary>
/// <param name="environment">azd's environment.</param>
/// <param name="azd">Runs azd.</param>
/// <param name="output">Gets a line for every finding.</param>
public sealed class Preflight(HookEnvironment environment, RunAzd azd, TextWriter output)
{
    private readonly Deployment _deployment = new(environment);
    private readonly List<string> _problems = [];

    /// <returns>0 when nothing is wrong, else 1.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        new ValueChecks(environment, _deployment, _problems).Run();
        if (_deployment.Gateway == "appgw" && environment["MINER_MONTHLY_BUDGET"] is null)
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

    private async Task AskAzureAsync(CancellationToken cancellationToken)
    {
        if (environment["AZURE_SUBSCRIPTION_ID"] is null || _deployment.Location.Length == 0)
        {
            await output.WriteLineAsync("The subscription or the region is not chosen yet, so Azure was not asked.");
            return;
        }

        using var azure = environment.ResourceManager(azd);
        var offer = new OfferChecks(azure, _deployment, _problems, output);
        await TryAsync("the providers", () => offer.CheckProvidersAsync(cancellationToken));
        await TryAsync("the region", () => offer.CheckRegionAsync(cancellationToken));
        await TryAsync("what is deployed", () => CheckDeployedAsync(azure, offer, cancellationToken));
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

    /// <summary>What an earlier deployment left in the resource group, against what is asked for now.</summary>
    private async Task CheckDeployedAsync(ResourceManager azure, OfferChecks offer, CancellationToken cancellationToken)
    {
        var group = await azure.GetAsync($"/resourceGroups/{_deployment.ResourceGroup}?api-version=2021-04-01", cancellationToken);
        if (group is { } there && Deployment.Plain(Text(there, "location")) is var place && place != _deployment.Location)
        {
            _problems.Add(
                $"The resource group {_deployment.ResourceGroup} is in {place}, and AZURE_LOCATION is {_deployment.Location}: another "
                    + "region needs another environment ('azd env new'; docs/operations.md, A second region)."
            );
            return;
        }

        var resources = group is null
            ? []
            : await azure.ListAsync($"/resourceGroups/{_deployment.ResourceGroup}/resources?api-version=2021-04-01", cancellationToken);
        var machine = Find(resources, "Microsoft.Compute/virtualMachines");
        var deployed =
            machine is not null ? "nginx"
            : Find(resources, "Microsoft.Network/applicationGateways") is not null ? "appgw"
            : "none";
        if (deployed != "none" && deployed != _deployment.Gateway)
        {
            _problems.Add(
                $"The gateway {deployed} is deployed and MINER_GATEWAY is {_deployment.Gateway}. A deployment deletes nothing: the "
                    + "old gateway would keep the address and its cost. Delete it first (docs/operations.md, Change or remove the gateway)."
            );
        }
        else if (machine is { } vm)
        {
            await CheckLoginAsync(azure, Text(vm, "id"), cancellationToken);
        }
        else if (_deployment.Gateway == "nginx")
        {
            await offer.CheckMachineSizeAsync(cancellationToken);
        }

        if (Find(resources, "Microsoft.KeyVault/vaults") is null)
        {
            if (_deployment.HasSecrets)
            {
                await CheckDeletedVaultAsync(azure, cancellationToken);
            }
        }
        else if (!_deployment.HasSecrets && environment["MINER_VAULT_SECRETS"] != Deployment.NoSecret)
        {
            _problems.Add(
                "The miner has secrets in a vault, and this environment names none, so the deployment would take them from the app: run "
                    + "'azd env refresh' (in GitHub, set the variable MINER_VAULT_SECRETS to their names), or take them on purpose with "
                    + $"'azd env set MINER_VAULT_SECRETS {Deployment.NoSecret}'."
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
            && Deployment.IsZonal(there) != Deployment.IsZonal(_deployment.StorageSku)
        )
        {
            _problems.Add(
                $"The storage account is {there} and MINER_STORAGE_SKU is {_deployment.StorageSku}: only a conversion moves "
                    + "data into or out of several zones. Start it with 'az storage account migration start --resource-group "
                    + $"{_deployment.ResourceGroup} --account-name {Text(account, "name")} --name default --sku "
                    + $"{_deployment.StorageSku}' and deploy when it has ended, or set the old value again."
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

    private async Task CheckDeletedVaultAsync(ResourceManager azure, CancellationToken cancellationToken)
    {
        var deleted = await azure.ListAsync("/providers/Microsoft.KeyVault/deletedVaults?api-version=2022-07-01", cancellationToken);
        _problems.AddRange(
            deleted
                .Where(vault =>
                    vault.GetProperty("properties") is var properties
                    && Text(properties, "vaultId")
                        .Contains($"/resourceGroups/{_deployment.ResourceGroup}/", StringComparison.OrdinalIgnoreCase)
                    && Deployment.Plain(Text(properties, "location")) == _deployment.Location
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
                $"/resourceGroups/{_deployment.ResourceGroup}/providers/Microsoft.Consumption/budgets?api-version=2024-08-01",
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

    private static JsonElement? Find(IReadOnlyList<JsonElement> resources, string type) =>
        resources
            .Where(resource => string.Equals(Text(resource, "type"), type, StringComparison.OrdinalIgnoreCase))
            .Cast<JsonElement?>()
            .FirstOrDefault();
}
