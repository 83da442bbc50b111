namespace Bittbridge.Tools.Azure;

/// <summary>What azd's environment asks a deployment for.</summary>
internal sealed class Deployment(HookEnvironment environment)
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

    public bool HasSecrets => Secrets.Any(name => environment[name] is not (null or NoSecret));

    public string Gateway => environment["MINER_GATEWAY"] ?? "none";

    public string Location => Plain(environment["AZURE_LOCATION"] ?? "");

    public bool IsIsolated => environment["MINER_NETWORK_ISOLATION"] == "true";

    public string StorageSku => environment["MINER_STORAGE_SKU"] ?? "Standard_LRS";

    public string ResourceGroup => $"{environment["AZURE_ENV_NAME"]}-bittbridge";

    public static bool IsZonal(string sku) => sku.Contains("ZRS", StringComparison.OrdinalIgnoreCase);

    /// <summary>The name of a region as azd writes it: Azure answers with display names too.</summary>
    public static string Plain(string region) => region.Replace(" ", "", StringComparison.Ordinal).ToLowerInvariant();
}
