using System.Globalization;
using Bittbridge.Bittensor.Keys;

namespace Bittbridge.Bittensor.Authentication;

/// <summary>Reads single values of headers, and says what is wrong with them.</summary>
internal static class HeaderValues
{
    /// <summary>A refusal when one of the headers came more than once, for then nobody can say which one counts.</summary>
    public static Refusal? RefuseDuplicates(this HeaderLookup headers, string[] names)
    {
        foreach (var name in names)
        {
            if (headers(name).Count > 1)
            {
                return Refusal.Malformed($"The header {name} came more than once.");
            }
        }

        return null;
    }

    /// <summary>The value; null for a header that is not there or empty.</summary>
    public static string? Single(this HeaderLookup headers, string name)
    {
        var values = headers(name);
        return values.Count == 0 || string.IsNullOrEmpty(values[0]) ? null : values[0];
    }

    /// <summary>
    /// A hotkey in format 42, the only one that the chain, the SDKs and this miner write. Another format names the same key by another
    /// text, and what is keyed on texts elsewhere must not meet one caller under two names.
    /// </summary>
    public static bool TryReadHotkey(string text, out Ss58Address hotkey) =>
        Ss58Address.TryParse(text, out hotkey) && hotkey.Format == Ss58Address.BittensorFormat;

    /// <summary>A nonce: 1 to 19 digits with no zero before them, no sign, no spaces; above zero and below 2^63.</summary>
    public static bool TryReadNonce(string text, out long nonce) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out nonce) && nonce > 0 && text[0] != '0';

    /// <summary>A timeout in seconds: finite and not negative; what is longer than counts is shortened.</summary>
    public static bool TryReadTimeout(string? text, out TimeSpan timeout)
    {
        const NumberStyles Plain = NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        var read = double.TryParse(text, Plain, CultureInfo.InvariantCulture, out var seconds) && double.IsFinite(seconds) && seconds >= 0;
        timeout = read ? TimeSpan.FromSeconds(Math.Min(seconds, NonceWindow.MaxTimeout.TotalSeconds)) : default;
        return read;
    }

    /// <summary>How old a nonce is, in words that let an honest caller set its clock.</summary>
    public static Refusal RefuseStale(long nonce, long now)
    {
        var seconds = (now - nonce) / 1e9;
        return Refusal.NotVerified(
            seconds >= 0
                ? string.Create(CultureInfo.InvariantCulture, $"Nonce is too old: {seconds:0.0} s behind the miner's clock")
                : string.Create(CultureInfo.InvariantCulture, $"Nonce is too new: {-seconds:0.0} s ahead of the miner's clock")
        );
    }
}
