using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Bittbridge.Miner;

/// <summary>The raw values behind the settings; an empty value is none.</summary>
internal sealed class SettingValues(IConfiguration configuration)
{
    public string? Text(string name) => TextAtRoot($"{SettingNames.Section}:{name}");

    public string? TextAtRoot(string name) => configuration[name] is { } text && !string.IsNullOrWhiteSpace(text) ? text.Trim() : null;

    public string? Secret(string name) => SecretAtRoot($"{SettingNames.Section}:{name}");

    /// <summary>A secret never stands in a message.</summary>
    public string? SecretAtRoot(string name)
    {
        var text = TextAtRoot(name);
        if (text?.StartsWith("@Microsoft.KeyVault(", StringComparison.Ordinal) == true)
        {
            throw new SettingsException($"The setting {name} is a Key Vault reference that was not resolved: give the app's identity the role Key Vault Secrets User, and the app that identity as its keyVaultReferenceIdentity.");
        }

        return text is null || text.All(c => c is > ' ' and < '\x7f')
            ? text
            : throw new SettingsException($"The setting {name} holds characters that no key has: copy the key again, without spaces or line breaks.");
    }

    public double Number(string name, double byDefault, double least, double most, bool whole = false)
    {
        if (Text(name) is not { } text)
        {
            return byDefault;
        }

        var style = whole ? NumberStyles.None : NumberStyles.AllowDecimalPoint;
        return double.TryParse(text, style, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw Unusable(name, text, string.Create(CultureInfo.InvariantCulture, $"set it to a {(whole ? "whole number" : "number")} from {least} to {most}"));
    }

    /// <summary>One of the names of an enumeration, in any case.</summary>
    public T Choice<T>(string name, T byDefault)
        where T : struct, Enum
    {
        if (Text(name) is not { } text)
        {
            return byDefault;
        }

        var known = Enum.GetNames<T>().Select(choice => choice.ToLowerInvariant()).ToList();
        return known.Contains(text.ToLowerInvariant(), StringComparer.Ordinal)
            ? Enum.Parse<T>(text, ignoreCase: true)
            : throw Unusable(name, text, $"set it to {string.Join(", ", known.SkipLast(1))} or {known[^1]}");
    }

    /// <summary>Either of two words; the first is the default.</summary>
    public bool Either(string name, string byDefault, string other)
    {
        var text = Text(name) ?? byDefault;
        return text == byDefault || (text == other ? false : throw Unusable(name, text, $"set it to {byDefault} or {other}"));
    }

    public static SettingsException Unusable(string name, string value, string remedy) =>
        new($"The setting {SettingNames.Section}:{name} is '{(value.Length > 80 ? value[..80] + "…" : value)}': {remedy}.");
}
