namespace Bittbridge.Bittensor.Keys;

/// <summary>
/// Base58 with Bitcoin's alphabet, for values of at most a few dozen bytes. Values and texts correspond one to one.
/// </summary>
internal static class Base58
{
    private const string Alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

    /// <summary>
    /// Decodes to the end of <paramref name="buffer"/>; false for a character outside the alphabet or a value that does not fit.
    /// </summary>
    /// <param name="text">At most as long as a value that fits; longer texts fail.</param>
    /// <param name="buffer">It is overwritten completely.</param>
    /// <param name="value">The part of the buffer that is the value.</param>
    public static bool TryDecode(ReadOnlySpan<char> text, Span<byte> buffer, out Span<byte> value)
    {
        value = default;
        buffer.Clear();
        foreach (var letter in text)
        {
            var carry = Alphabet.IndexOf(letter, StringComparison.Ordinal);
            if (carry < 0)
            {
                return false;
            }

            for (var i = buffer.Length - 1; i >= 0; i--)
            {
                carry += buffer[i] * 58;
                buffer[i] = (byte)carry;
                carry >>= 8;
            }

            if (carry != 0)
            {
                return false;
            }
        }

        // Each leading '1' is a leading zero byte.
        var zeros = text.Length - text.TrimStart('1').Length;
        var significant = buffer.TrimStart((byte)0).Length;
        if (zeros + significant > buffer.Length)
        {
            return false;
        }

        value = buffer[^(zeros + significant)..];
        return true;
    }

    public static string Encode(ReadOnlySpan<byte> value)
    {
        Span<byte> digits = stackalloc byte[value.Length * 2];
        var count = 0;
        foreach (var one in value)
        {
            int carry = one;
            for (var i = 0; i < count || carry != 0; i++)
            {
                carry += digits[i] << 8;
                digits[i] = (byte)(carry % 58);
                carry /= 58;
                count = Math.Max(count, i + 1);
            }
        }

        var zeros = value.Length - value.TrimStart((byte)0).Length;
        Span<char> text = stackalloc char[zeros + count];
        text[..zeros].Fill('1');
        for (var i = 0; i < count; i++)
        {
            text[^(i + 1)] = Alphabet[digits[i]];
        }

        return new string(text);
    }
}
