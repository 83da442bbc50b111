namespace Bittbridge.Infra.Tests;

/// <summary>The deployments that the tests look at: the plainest one, and one with everything for each gateway.</summary>
public static class Variant
{
    public const string OperatorId = "11111111-2222-3333-4444-555555555555";

    private static readonly (string Name, string Value)[] Everything =
    [
        ("coinGeckoApiKey", "'CG-this-is-no-real-key'"),
        ("settings", "{ Model: 'last-price', 'Prices:Source': 'coingecko' }"),
        ("operatorAddresses", "['198.51.100.7/32', '203.0.113.0/28']"),
        ("gatewaySshPublicKey", "'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExampleExampleExample operator'"),
        ("principalId", $"'{OperatorId}'"),
        ("alertEmail", "'operator@example.org'"),
        ("actionGroupId", "'/subscriptions/x/resourceGroups/y/providers/Microsoft.Insights/actionGroups/z'"),
    ];

    public static IReadOnlyList<string> Names { get; } = ["plain", "nginx", "appgw"];

    public static TheoryData<string> All => [.. Names];

    public static (string Name, string Value)[] Parameters(string variant) =>
        variant == "plain" ? [] : [.. Everything, ("gateway", $"'{variant}'")];
}
