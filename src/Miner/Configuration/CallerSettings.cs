using Bittbridge.Bittensor.Chain;
using Bittbridge.Bittensor.Keys;
using Bittbridge.Miner.Access;
using Bittbridge.Miner.Http;

namespace Bittbridge.Miner.Configuration;

/// <summary>Reads the settings that decide who may call: the miner's own address, the network, and the policy.</summary>
internal static class CallerSettings
{
    public static AccessMode Access(SettingValues values, bool development)
    {
        var access = values.Choice(SettingNames.Access, AccessMode.Permit);
        if (access == AccessMode.Open && !development)
        {
            values.Refuse(
                SettingNames.Access,
                values.Text(SettingNames.Access)!,
                "an open miner is for Development only, so set it to permit, registered or signed, or start with "
                    + "ASPNETCORE_ENVIRONMENT=Development"
            );
        }

        return access;
    }

    // A signature is bound to the address of the miner, so without an address none can be verified.
    public static string? Hotkey(SettingValues values, AccessMode access)
    {
        var before = values.Problems.Count;
        if (values.Text(SettingNames.Hotkey) is not { } text)
        {
            if (access != AccessMode.Open && values.Problems.Count == before)
            {
                values.Add(
                    SettingNames.Hotkey,
                    null,
                    "set it to the ss58 address of the miner's hotkey, which starts with 5 and is public ('btcli wallet list' shows it)"
                );
            }

            return null;
        }

        if (KeyOf(text) is not null)
        {
            return text;
        }

        values.Refuse(
            SettingNames.Hotkey,
            text,
            "set it to the ss58 address of the miner's hotkey, which starts with 5 and is public"
                + (Shown.Secret(text) is null ? "" : "; the miner needs no secret, so remove it from the settings")
        );
        return null;
    }

    public static PublicKey[] Ed25519Callers(SettingValues values) => Keys(values, SettingNames.Ed25519Callers);

    /// <summary>The secrets of the development keys are public: with one of them here, everybody could sign.</summary>
    public static PublicKey[] ModelSigners(SettingValues values, bool development)
    {
        var signers = Keys(values, SettingNames.ModelSigners);
        if (!development && signers.Select(DevelopmentNames.Of).FirstOrDefault(name => name is not null) is { } known)
        {
            values.Add(
                SettingNames.ModelSigners,
                "a list (not shown)",
                "name a hotkey of your own, or start with ASPNETCORE_ENVIRONMENT=Development",
                detail: $"which holds the development key {(known.Length == 0 ? "of Substrate's phrase" : known)}, whose secret is public"
            );
        }

        return signers;
    }

    public static string Network(SettingValues values)
    {
        const string ByDefault = "test";
        var text = values.Text(SettingNames.Network) ?? ByDefault;
        if (ChainEndpoints.TryParse(text, out _, out _))
        {
            return text;
        }

        var shown = Shown.Network(text);
        values.Add(
            SettingNames.Network,
            shown == text ? $"'{text}'" : shown,
            "set it to test, finney, local, or to http(s) or ws(s) URLs separated by commas"
        );
        return ByDefault;
    }

    public static string? OperatorToken(SettingValues values)
    {
        var token = values.OptionalSecret(SettingNames.OperatorToken);
        if (token is null || token.Length >= OperatorAccess.MinTokenLength)
        {
            return token;
        }

        values.Add(
            SettingNames.OperatorToken,
            $"a text of {token.Length} characters (not shown)",
            $"give it {OperatorAccess.MinTokenLength} or more, such as the output of 'openssl rand -hex 32'"
        );
        return null;
    }

    /// <summary>A list of addresses, separated by commas.</summary>
    private static PublicKey[] Keys(SettingValues values, string name)
    {
        if (values.Text(name) is not { } text)
        {
            return [];
        }

        List<PublicKey> keys = [];
        var entries = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < entries.Length; i++)
        {
            if (KeyOf(entries[i]) is { } key)
            {
                keys.Add(key);
            }
            else
            {
                values.Add(
                    name,
                    "a list (not shown)",
                    "set it to ss58 addresses of format 42, which start with 5, separated by commas",
                    detail: $"whose entry {i + 1} is not a hotkey"
                );
            }
        }

        return [.. keys];
    }

    /// <summary>The public key of a hotkey's address; null for any other text.</summary>
    private static PublicKey? KeyOf(string text) =>
        Ss58Address.TryParse(text, out var address) && address.Format == Ss58Address.BittensorFormat && !address.PublicKey.IsZero
            ? address.PublicKey
            : null;
}
