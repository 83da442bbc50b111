using System.Buffers;
using Bittbridge.Bittensor.Keys;

namespace Bittbridge.Cli.Keys;

/// <summary>Why a text is no ss58 address, as far as one can tell.</summary>
internal static class AddressFault
{
    private static readonly SearchValues<char> Letters = SearchValues.Create("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz");

    // A key of 32 bytes, one or two for the format, two for the checksum.
    private const int Shortest = 46;
    private const int Longest = 50;

    /// <summary>One sentence.</summary>
    public static string Of(string text)
    {
        if (text.Trim() is var trimmed && trimmed != text && Ss58Address.TryParse(trimmed, out _))
        {
            return "an ss58 address has no spaces around it.";
        }

        if (text.AsSpan().IndexOfAnyExcept(Letters) is >= 0 and var at)
        {
            return $"an ss58 address has no '{text[at]}' (character {at + 1}).";
        }

        return text.Length is < Shortest or > Longest
            ? $"an ss58 address has {Shortest} to {Longest} characters (Bittensor's 48), not {text.Length}."
            : "its checksum does not fit, so a character is wrong or two are swapped.";
    }
}
