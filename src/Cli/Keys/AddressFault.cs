using System.Buffers;
using Bittbridge.Bittensor.Keys;
using Bittbridge.Models.Text;

namespace Bittbridge.Cli.Keys;

/// <summary>Explains why a text is not an ss58 address.</summary>
internal static class AddressFault
{
    private static readonly SearchValues<char> Letters = SearchValues.Create("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz");

    // A key of 32 bytes, one or two for the format, two for the checksum.
    private const int MinLength = 46;
    private const int MaxLength = 49;

    /// <summary>One sentence.</summary>
    public static string Of(string text)
    {
        if (text.Trim() is var trimmed && trimmed != text && Ss58Address.TryParse(trimmed, out _))
        {
            return "an ss58 address has no surrounding spaces.";
        }

        if (text.AsSpan().IndexOfAnyExcept(Letters) is >= 0 and var at)
        {
            return $"an ss58 address can't contain '{PlainText.Of(text[at..(at + 1)])}' (character {at + 1}).";
        }

        return text.Length is < MinLength or > MaxLength
            ? $"an ss58 address has {MinLength} to {MaxLength} characters (Bittensor's 48), not {text.Length}."
            : "its checksum does not match, so a character is wrong or two are swapped.";
    }
}
