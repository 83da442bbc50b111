using System.Globalization;
using System.Text;

namespace Bittbridge.Models.Text;

/// <summary>Text from outside, for use within a message.</summary>
public static class PlainText
{
    /// <summary>
    /// The text with its control characters written as <c>\u001b</c>, because they would split a message or control a terminal.
    /// </summary>
    public static string Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (!text.Any(letter => char.IsControl(letter) || char.IsSurrogate(letter)))
        {
            return text;
        }

        var plain = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            _ = Rune.IsControl(rune) ? plain.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}") : plain.Append(rune);
        }

        return plain.ToString();
    }
}
