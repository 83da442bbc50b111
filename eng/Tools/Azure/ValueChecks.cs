using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.RegularExpressions;
using Bittbridge.Bittensor.Keys;

namespace Bittbridge.Tools.Azure;

/// <summary>Finds what is wrong with the values of azd's environment by themselves.</summary>
internal sealed partial class ValueChecks(HookEnvironment environment, Deployment deployment, List<string> problems)
{
    public void Run()
    {
        CheckHotkey();
        CheckValues();
        CheckGateway();
        CheckZones();
    }

    private void CheckHotkey()
    {
        const string Remedy =
            "run 'azd env set MINER_HOTKEY 5…' with the ss58 address of the miner's hotkey ('btcli wallet list' shows it)";
        if (environment["MINER_HOTKEY"] is not { } hotkey)
        {
            problems.Add($"MINER_HOTKEY is missing: {Remedy}.");
        }
        else if (!Ss58Address.TryParse(hotkey, out var address) || address.Format != Ss58Address.BittensorFormat)
        {
            // Not shown: it may be a secret that was pasted by mistake.
            problems.Add($"MINER_HOTKEY is no ss58 address of a hotkey: {Remedy}.");
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
                problems.Add($"{name} is '{value}': set it to {expected}, or remove its line from .azure/<environment>/.env.");
            }
        }
    }

    private void CheckGateway()
    {
        if (deployment.Gateway is not ("none" or "nginx" or "appgw"))
        {
            problems.Add($"MINER_GATEWAY is '{deployment.Gateway}': set it to none, nginx or appgw.");
        }

        var key = environment["MINER_GATEWAY_SSH_PUBLIC_KEY"] ?? "";
        if (
            deployment.Gateway == "nginx"
            && !key.StartsWith("ssh-rsa ", StringComparison.Ordinal)
            && !key.StartsWith("ssh-ed25519 ", StringComparison.Ordinal)
        )
        {
            problems.Add(
                "MINER_GATEWAY_SSH_PUBLIC_KEY is no public key, which the machine under nginx needs: run "
                    + "'azd env set MINER_GATEWAY_SSH_PUBLIC_KEY \"$(cat ~/.ssh/id_ed25519.pub)\"' (ssh-ed25519 or ssh-rsa)."
            );
        }
    }

    private void CheckZones()
    {
        if (environment["MINER_ZONE_REDUNDANT"] == "true" && !Deployment.IsZonal(deployment.StorageSku))
        {
            problems.Add(
                $"MINER_ZONE_REDUNDANT is true and MINER_STORAGE_SKU is {deployment.StorageSku}: an app in several zones needs "
                    + "storage in several zones, Standard_ZRS or Standard_GZRS."
            );
        }
    }

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
}
