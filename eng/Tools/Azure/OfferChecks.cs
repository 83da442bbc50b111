using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using static Bittbridge.Tools.Azure.ResourceManager;

namespace Bittbridge.Tools.Azure;

/// <summary>Finds what the subscription and the region do not offer.</summary>
internal sealed partial class OfferChecks(ResourceManager azure, Deployment deployment, List<string> problems, TextWriter output)
{
    public async Task CheckProvidersAsync(CancellationToken cancellationToken)
    {
        string[] needed =
        [
            "Microsoft.Web",
            "Microsoft.Storage",
            "Microsoft.ManagedIdentity",
            "Microsoft.OperationalInsights",
            "Microsoft.Insights",
            .. deployment.HasSecrets ? ["Microsoft.KeyVault"] : Array.Empty<string>(),
            .. deployment.Gateway == "none" && !deployment.IsIsolated ? [] : new[] { "Microsoft.Network" },
            .. deployment.Gateway == "nginx" ? ["Microsoft.Compute"] : Array.Empty<string>(),
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
        if (deployment.IsIsolated && !registered.Contains("Microsoft.App"))
        {
            problems.Add(
                "Microsoft.App is not registered in the subscription, which MINER_NETWORK_ISOLATION needs: run 'az provider register "
                    + "--namespace Microsoft.App --wait'."
            );
        }
    }

    public async Task CheckRegionAsync(CancellationToken cancellationToken)
    {
        var regions = (
            await azure.ListAsync("/providers/Microsoft.Web/geoRegions?sku=FlexConsumption&api-version=2024-11-01", cancellationToken)
        )
            .Select(region => Deployment.Plain(Text(region, "name")))
            .Order(StringComparer.Ordinal)
            .ToList();
        if (regions.Count > 0 && !regions.Contains(deployment.Location))
        {
            problems.Add(
                $"The region {deployment.Location} does not offer Flex Consumption: choose one with 'azd env set AZURE_LOCATION …': "
                    + $"{string.Join(", ", regions)}."
            );
        }
    }

    public async Task CheckMachineSizeAsync(CancellationToken cancellationToken)
    {
        var size = DefaultMachineSize()
            .Match(await File.ReadAllTextAsync(Checkout.Find().At("infra", "main.bicep"), cancellationToken))
            .Groups["size"]
            .Value;
        var sku = (
            await azure.ListAsync(
                $"/providers/Microsoft.Compute/skus?api-version=2021-07-01&$filter=location%20eq%20'{deployment.Location}'",
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
            problems.Add(
                $"The region {deployment.Location} does not offer you the machine size {size}: choose another region, or another "
                    + "gatewayMachineSize."
            );
            return;
        }

        var cores = int.Parse(
            Text(offered.GetProperty("capabilities").EnumerateArray().First(capability => Text(capability, "name") == "vCPUs"), "value"),
            CultureInfo.InvariantCulture
        );
        string[] counted = ["cores", Text(offered, "family")];
        var full = (
            await azure.ListAsync(
                $"/providers/Microsoft.Compute/locations/{deployment.Location}/usages?api-version=2024-07-01",
                cancellationToken
            )
        )
            .Where(usage => counted.Contains(Text(usage.GetProperty("name"), "value"), StringComparer.OrdinalIgnoreCase))
            .Where(usage => usage.GetProperty("limit").GetInt64() - usage.GetProperty("currentValue").GetInt64() < cores)
            .Select(usage => Text(usage.GetProperty("name"), "value"))
            .ToList();
        if (full.Count > 0)
        {
            problems.Add(
                $"The quota {string.Join(" and ", full)} in {deployment.Location} has no {cores} cores left for {size}: ask for "
                    + "more in the portal (Quotas), or choose another region."
            );
        }
    }

    [GeneratedRegex("param gatewayMachineSize string = '(?<size>[^']+)'", RegexOptions.ExplicitCapture)]
    private static partial Regex DefaultMachineSize();
}
