using System.Text.RegularExpressions;
using Azure.Data.Tables;
using Azure.Storage.Blobs;

namespace Bittbridge.Miner.Configuration;

/// <summary>
/// Checks the setting <c>Storage</c> completely, so that every problem is reported at start. Of a connection string, messages show only the
/// names of its parts.
/// </summary>
internal static partial class StorageLocation
{
    private const string Whole = "copy the whole connection string again, or set the account's name alone to use a managed identity";
    private const int KeyBytes = 64;

    private static readonly string[] Parts =
    [
        "UseDevelopmentStorage",
        "DevelopmentStorageProxyUri",
        "DefaultEndpointsProtocol",
        "AccountName",
        "AccountKey",
        "SharedAccessSignature",
        "EndpointSuffix",
        "TableEndpoint",
        "BlobEndpoint",
        "QueueEndpoint",
        "FileEndpoint",
        "TableSecondaryEndpoint",
        "BlobSecondaryEndpoint",
        "QueueSecondaryEndpoint",
        "FileSecondaryEndpoint",
    ];

    // Only keys of accounts at these hosts must have 64 bytes; an emulator's key may have any length.
    private static readonly string[] AzureSuffixes = ["core.windows.net", "core.chinacloudapi.cn", "core.usgovcloudapi.net"];

    /// <summary>A description of the value and a remedy; null when the connection string or account name can be used.</summary>
    public static (string Value, string Remedy)? Problem(string location)
    {
        if (AccountName().IsMatch(location))
        {
            return null;
        }

        if (
            location.StartsWith("https:", StringComparison.OrdinalIgnoreCase)
            || location.StartsWith("http:", StringComparison.OrdinalIgnoreCase)
        )
        {
            return (
                "a URL (not shown)",
                "set it to the account's name alone to use a managed identity, or to a connection string, which may hold an access "
                    + "signature"
            );
        }

        return location.Contains('=', StringComparison.Ordinal)
            ? ConnectionString(location)
            : (Shown.Value(location), "set it to a storage account's name (3 to 24 small letters and digits) or to a connection string");
    }

    /// <summary>The account, for a message: its name, or Azurite.</summary>
    public static string Named(string location)
    {
        if (AccountName().IsMatch(location))
        {
            return $"the account {location}";
        }

        var parts = location
            .Split(';')
            .Select(part => part.Split('=', 2))
            .Where(part => part.Length == 2)
            .ToLookup(part => part[0].Trim(), part => part[1].Trim(), StringComparer.OrdinalIgnoreCase);
        var name =
            parts["AccountName"].FirstOrDefault()
            ?? (Uri.TryCreate(parts["TableEndpoint"].FirstOrDefault(), UriKind.Absolute, out var url) ? url.Host.Split('.')[0] : null);
        return parts.Contains("UseDevelopmentStorage") || name == "devstoreaccount1" ? StorageSettings.Emulator
            : name is not null && AccountName().IsMatch(name) ? $"the account {name}"
            : "the account of the connection string";
    }

    private static (string Value, string Remedy)? ConnectionString(string text)
    {
        var parts = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var part in text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (part.Split('=', 2) is not [var name, { Length: > 0 } value] || name.Trim().Length == 0)
            {
                return ("a connection string with a part that is not name=value", Whole);
            }

            name = name.Trim();
            if (!Parts.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                return NearestName.Of(name, Parts) is { } near
                    ? ($"a connection string with an unknown part, perhaps {near}", Whole)
                    : ("a connection string with an unknown part", Whole);
            }

            if (!parts.TryAdd(name, value.Trim()))
            {
                return ($"a connection string with {name} twice", Whole);
            }
        }

        return PartProblem(parts) is { } what ? ($"a connection string {what}", Whole) : SdkProblem(text);
    }

    private static string? PartProblem(Dictionary<string, string> parts)
    {
        if (parts.TryGetValue("UseDevelopmentStorage", out var emulator))
        {
            return !bool.TryParse(emulator, out var isEmulator) || !isEmulator ? "whose UseDevelopmentStorage is not true"
                : parts.Keys.FirstOrDefault(name => Parts.Skip(2).Contains(name, StringComparer.OrdinalIgnoreCase)) is { } more
                    ? $"with UseDevelopmentStorage and {more}, which exclude each other"
                : null;
        }

        foreach (var name in Parts.Where(name => name.EndsWith("Endpoint", StringComparison.Ordinal)))
        {
            if (
                parts.TryGetValue(name, out var url)
                && !(
                    Uri.TryCreate(url, UriKind.Absolute, out var uri)
                    && uri.Scheme is "http" or "https"
                    && uri.UserInfo.Length + uri.Query.Length + uri.Fragment.Length == 0
                )
            )
            {
                return $"whose {name} is not an http(s) URL without login and query";
            }
        }

        var suffix = parts.GetValueOrDefault("EndpointSuffix") ?? AzureSuffixes[0];
        return parts.TryGetValue("DefaultEndpointsProtocol", out var protocol) && protocol.ToUpperInvariant() is not ("HTTP" or "HTTPS")
                ? "whose DefaultEndpointsProtocol is neither https nor http"
            : Uri.CheckHostName(suffix) != UriHostNameType.Dns ? "whose EndpointSuffix is not a host name"
            : parts.TryGetValue("AccountName", out var account) && !AccountName().IsMatch(account)
                ? "whose AccountName is not 3 to 24 small letters and digits"
            : !parts.ContainsKey("AccountKey") && !parts.ContainsKey("SharedAccessSignature")
                ? "with neither AccountKey nor SharedAccessSignature"
            : parts.ContainsKey("AccountKey") && account is null ? "with AccountKey but no AccountName"
            : parts.TryGetValue("AccountKey", out var key)
            && KeyProblem(key, !parts.ContainsKey("TableEndpoint") && AzureSuffixes.Contains(suffix, StringComparer.OrdinalIgnoreCase))
                is { } wrong
                ? wrong
            : parts.TryGetValue("SharedAccessSignature", out var signature) && SignatureProblem(signature) is { } unsigned ? unsigned
            : account is null && !parts.ContainsKey("TableEndpoint") ? "without TableEndpoint, and the miner needs tables"
            : account is null && !parts.ContainsKey("BlobEndpoint") ? "without BlobEndpoint, and the miner needs blobs"
            : null;
    }

    private static string? KeyProblem(string key, bool isAzure)
    {
        var bytes = new byte[key.Length];
        return !Convert.TryFromBase64String(key, bytes, out var length) || key.Any(char.IsWhiteSpace) ? "whose AccountKey is not base64"
            : length == 0 || (isAzure && length != KeyBytes) ? $"whose AccountKey has {length} bytes instead of {KeyBytes}"
            : null;
    }

    private static string? SignatureProblem(string signature)
    {
        var fields = signature
            .TrimStart('?')
            .Split('&')
            .Select(field => field.Split('=', 2))
            .Where(field => field.Length == 2)
            .ToLookup(field => field[0], field => Uri.UnescapeDataString(field[1]), StringComparer.Ordinal);
        var (signed, services) = (fields["sig"].FirstOrDefault(), fields["ss"].FirstOrDefault());
        return fields["sv"].FirstOrDefault() is not { } version || !Version().IsMatch(version)
                ? "whose SharedAccessSignature has no version (sv, such as 2024-11-04)"
            : string.IsNullOrEmpty(signed) || !Convert.TryFromBase64String(signed, new byte[signed.Length], out _)
                ? "whose SharedAccessSignature has no signature (sig, in base64)"
            : services is not null
            && (!services.Contains('t', StringComparison.Ordinal) || !services.Contains('b', StringComparison.Ordinal))
                ? "whose SharedAccessSignature is not for tables and blobs (ss)"
            : null;
    }

    // Finds what the checks above missed. The SDK's message is not shown, because it may repeat the key.
    private static (string Value, string Remedy)? SdkProblem(string text)
    {
        try
        {
            _ = new TableServiceClient(text);
            _ = new BlobServiceClient(text);
            return null;
        }
        catch (Exception exception)
            when (exception
                    is FormatException
                        or ArgumentException
                        or InvalidOperationException
                        or KeyNotFoundException
                        or NotSupportedException
            )
        {
            return ("a connection string that can't be read", Whole);
        }
    }

    [GeneratedRegex(@"\A[a-z0-9]{3,24}\z", RegexOptions.CultureInvariant)]
    private static partial Regex AccountName();

    [GeneratedRegex(@"\A[0-9]{4}-[0-9]{2}-[0-9]{2}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Version();
}
