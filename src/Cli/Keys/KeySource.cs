using System.Diagnostics.CodeAnalysis;
using Bittbridge.Bittensor.Keys;
using Bittbridge.Miner.Configuration;

namespace Bittbridge.Cli.Keys;

/// <summary>Reads a key from a development key, an ss58 address, a public key in hex, or a file.</summary>
internal static class KeySource
{
    /// <summary>Whether the text names a file.</summary>
    public static bool IsFile(string text) =>
        !text.StartsWith("//", StringComparison.Ordinal)
        && !Ss58Address.TryParse(text, out _)
        && !PublicKey.TryParseHex(text, out _)
        && File.Exists(text);

    /// <summary>Reads the public key, or explains in one sentence why that is not possible.</summary>
    /// <param name="text">The text as typed.</param>
    /// <param name="isPublicKey">Whether 64 hex digits are a public key, according to the user: they could also be a secret seed.</param>
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
            problem = $"{Shown.Value(text)} is not a development key: name one such as //Alice.";
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
                : "64 hex digits may be a public key or a secret seed: for a public key, add --public-key; instead of a seed, use the ss58 "
                    + "address or the hotkey file.";
            return isPublicKey;
        }

        if (IsFile(text))
        {
            return HotkeyFile.TryReadAddress(text, out address, out problem);
        }

        problem =
            $"{Shown.Value(text)} is neither a file nor a key: "
            + $"{(Shown.Secret(text) is null ? AddressFault.Of(text) + " Give" : "give")} a hotkey file, a development key such as "
            + "//Alice, a public key of 64 hex digits with --public-key, or an ss58 address.";
        return false;
    }
}
