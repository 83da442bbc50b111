namespace Bittbridge.Infra.Tests;

/// <summary>The deployments of the tests: the plainest, and one with everything for each gateway and for private storage.</summary>
public static class Variant
{
    public const string OperatorId = "11111111-2222-3333-4444-555555555555";

    /// <summary>Operators beside the one who deploys.</summary>
    public const string TeamId = "66666666-7777-8888-9999-aaaaaaaaaaaa";

    private static readonly (string Name, string Value)[] Everything =
    [
        ("vaultSecrets", "['CoinGecko:ApiKey', 'Notify:Webhook']"),
        ("secretValues", "{ 'CoinGecko:ApiKey': 'CG-this-is-no-real-key' }"),
        ("settings", "{ Model: 'last-price', 'Prices:Source': 'coingecko' }"),
        ("operatorAddresses", "['198.51.100.7/32', '203.0.113.0/28']"),
        ("gatewaySshPublicKey", "'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExampleExampleExample operator'"),
        ("principalId", $"'{OperatorId}'"),
        ("operators", $"[{{ id: '{TeamId}', type: 'Group' }}]"),
        ("alertEmail", "'operator@example.org'"),
        ("actionGroupId", "'/subscriptions/x/resourceGroups/y/providers/Microsoft.Insights/actionGroups/z'"),
    ];

    private static readonly (string Name, string Value)[] Options =
    [
        ("storageSku", "'Standard_ZRS'"),
        ("zoneRedundant", "true"),
        ("networkIsolation", "true"),
    ];

    public static IReadOnlyList<string> Names { get; } = ["plain", "nginx", "appgw", "isolated"];

    /// <summary>Gateways, secrets and warm instances in every combination.</summary>
    public static TheoryData<string, bool, int> Twelve =>
        [
            .. from gateway in new[] { "none", "nginx", "appgw" }
            from secret in new[] { false, true }
            from warm in new[] { 0, 1 }
            select (gateway, secret, warm),
        ];

    public static TheoryData<string> All => [.. Names];

    public static (string Name, string Value)[] Parameters(string variant) =>
        variant switch
        {
            "plain" => [],
            "isolated" => [.. Everything, .. Options],
            _ => [.. Everything, ("gateway", $"'{variant}'")],
        };
}
