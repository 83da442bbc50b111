namespace Bittbridge.Bittensor.Keys;

/// <summary>Decodes hex digits only: no prefix, no spaces, exactly as many as the destination takes.</summary>
internal static class StrictHex
{
    /// <summary>Decodes digits of either case; false for any other text.</summary>
    public static bool TryDecode(ReadOnlySpan<char> digits, Span<byte> bytes) =>
        digits.Length == bytes.Length * 2 && Convert.FromHexString(digits, bytes, out _, out _) == System.Buffers.OperationStatus.Done;

    /// <summary>Decodes <c>0x</c> and digits of either case, or only of lower case.</summary>
    public static bool TryDecodePrefixed(ReadOnlySpan<char> text, Span<byte> bytes, bool lowerCaseOnly = false) =>
        text.StartsWith("0x") && !(lowerCaseOnly && text.ContainsAnyInRange('A', 'F')) && TryDecode(text[2..], bytes);
}
