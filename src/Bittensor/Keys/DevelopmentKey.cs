using System.Buffers.Binary;
using System.Text;
using Bittbridge.Bittensor.Chain;
using Bittbridge.Bittensor.Signatures;

namespace Bittbridge.Bittensor.Keys;

/// <summary>
/// The public development keys of Substrate (<c>//Alice</c>, <c>//Bob</c>, …): hard junctions below the well-known phrase
/// <c>bottom drive obey lake curtain smoke basket hold race lonely fit walk</c>. Their secrets are public.
/// </summary>
public static class DevelopmentKey
{
    // The mini secret of the phrase, as every Substrate tool prints it.
    private static ReadOnlySpan<byte> PhraseMiniSecret =>
        [
            0xfa,
            0xc7,
            0x95,
            0x9d,
            0xbf,
            0xe7,
            0x2f,
            0x05,
            0x2e,
            0x5a,
            0x0c,
            0x3c,
            0x8d,
            0x65,
            0x30,
            0xf2,
            0x02,
            0xb0,
            0x2f,
            0xd8,
            0xf9,
            0xf5,
            0xca,
            0x35,
            0x80,
            0xec,
            0x8d,
            0xeb,
            0x77,
            0x97,
            0x47,
            0x9e,
        ];

    /// <summary>The pair of a path such as <c>//Alice</c> or <c>//Alice//stash</c>; the empty path means the phrase's own key.</summary>
    /// <exception cref="FormatException">The path does not consist of hard junctions.</exception>
    public static HotkeyPair Derive(string path) =>
        TryDerive(path, out var pair) ? pair : throw new FormatException($"'{path}' is not a path of hard junctions such as //Alice.");

    /// <summary>As <see cref="Derive"/>; false when the path does not consist of hard junctions.</summary>
    public static bool TryDerive(string path, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out HotkeyPair? pair)
    {
        ArgumentNullException.ThrowIfNull(path);
        pair = null;
        var junctions = path.Split("//");
        if (
            junctions[0].Length != 0
            || junctions.Skip(1).Any(junction => junction.Length == 0 || junction.Contains('/', StringComparison.Ordinal))
        )
        {
            return false;
        }

        pair = HotkeyPair.FromMiniSecret(PhraseMiniSecret);
        foreach (var junction in junctions.Skip(1))
        {
            using var parent = pair;
            pair = parent.DeriveHard(ChainCode(junction));
        }

        return true;
    }

    /// <summary>
    /// A junction's 32 bytes: a number as 64 bits or a text in SCALE, padded with zeros; BLAKE2b-256 of a longer text [Substrate
    /// <c>sp_core::crypto</c>].
    /// </summary>
    private static byte[] ChainCode(string junction)
    {
        var code = new byte[32];
        if (
            ulong.TryParse(
                junction,
                System.Globalization.NumberStyles.None,
                System.Globalization.CultureInfo.InvariantCulture,
                out var number
            )
        )
        {
            BinaryPrimitives.WriteUInt64LittleEndian(code, number);
            return code;
        }

        byte[] text = [.. Scale.EncodeCompact((uint)Encoding.UTF8.GetByteCount(junction)), .. Encoding.UTF8.GetBytes(junction)];
        if (text.Length > code.Length)
        {
            Libsodium.Blake2b(text, code);
        }
        else
        {
            text.CopyTo(code, 0);
        }

        return code;
    }
}
