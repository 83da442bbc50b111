using System.Diagnostics.CodeAnalysis;
using Bittbridge.Bittensor;

namespace Bittbridge.Cli.Keys;

/// <summary>A key as a user names it: a development key, an ss58 address, a public key in hex, or a file.</summary>
internal static class KeySource
{
    /// <summary>The public key that is meant; otherwise says in one sentence why none is.</summary>
    public static bool TryRead(string text, out Ss58Address address, [NotNullWhen(false)] out string? problem)
    {
        problem = null;
        if (text.StartsWith("//", StringComparison.Ordinal))
        {
            if (DevelopmentKey.TryDerive(text, out var pair))
            {
                using (pair)
                {
                    address = pair.Address;
                    return true;
                }
            }

            address = default;
            problem = $"'{text}' is no development key: name one such as //Alice.";
            return false;
        }

        if (Ss58Address.TryParse(text, out address))
        {
            return true;
        }

        if (PublicKey.TryParseHex(text, out var key))
        {
            address = new(key);
            return true;
        }

        if (File.Exists(text))
        {
            return HotkeyFile.TryReadAddress(text, out address, out problem);
        }

        problem = $"'{text}' is no file, and no key either: {AddressFault.Of(text)} Give a hotkey file, a development key such as //Alice, a public key of 64 hex digits, or an ss58 address.";
        return false;
    }
}
