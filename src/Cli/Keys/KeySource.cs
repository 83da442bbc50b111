using System.Diagnostics.CodeAnalysis;
using Bittbridge.Bittensor.Keys;
using Bittbridge.Miner.Configuration;

namespace Bittbridge.Cli.Keys;

/// <summary>A key as a user names it: a development key, an ss58 address, a public key in hex, or a file.</summary>
internal static class KeySource
{
    /// <summary>Whether the text names a file, and no key.</summary>
    public static bool IsFile(string text) =>
        !text.StartsWith("//", StringComparison.Ordinal)
        && !Ss58Address.TryParse(text, out _)
        && !PublicKey.TryParseHex(text, out _)
        && File.Exists(text);

    /// <summary>The public key that is meant; otherwise says in one sentence why none is.</summary>
    /// <param name="text">What the user typed.</param>
    /// <param name="isPublicKey">The user says that 64 hex digits are a public key: they may be a secret seed as well.</param>
    /// <param name="address">The key.</param>
    /// <param name="problem">One sentence; never a secret.</param>
    public static bool TryRead(string text, bool isPublicKey, out Ss58Address address, [NotNullWhen(false)] out string? problem)
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
            problem = $"{Shown.Value(text)} is no development key: name one such as //Alice.";
            return false;
        }

        if (Ss58Address.TryParse(text, out address))
        {
            return true;
        }

        if (PublicKey.TryParseHex(text, out var key))
        {
            address = isPublicKey ? new(key) : default;
            problem = isPublicKey
                ? null
                : "64 hex digits may be a secret seed as well as a public key: if it is a public key, say so with --public-key; if it is "
                    + "a seed, use the ss58 address or the hotkey file instead.";
            return isPublicKey;
        }

        if (IsFile(text))
        {
            return HotkeyFile.TryReadAddress(text, out address, out problem);
        }

        problem =
            $"{Shown.Value(text)} is no file, and no key either: "
            + $"{(Shown.Secret(text) is null ? AddressFault.Of(text) + " Give" : "give")} a hotkey file, a development key such as "
            + "//Alice, a public key of 64 hex digits with --public-key, or an ss58 address.";
        return false;
    }
}
