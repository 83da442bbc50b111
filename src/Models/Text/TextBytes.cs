using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Unicode;

namespace Bittbridge.Models.Text;

/// <summary>
/// Decodes the bytes of a text file: UTF-8 with or without a byte order mark, or UTF-16 with one. Any other encoding is an error, so that
/// no character changes silently.
/// </summary>
public static class TextBytes
{
    /// <summary>The remedy for every problem.</summary>
    public const string Remedy = "save it as UTF-8";

    /// <param name="bytes">The whole file.</param>
    /// <param name="text">The text without the byte order mark.</param>
    /// <param name="problem">A clause such as <c>is not UTF-8 in line 3</c>; the remedy is <see cref="Remedy"/>.</param>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out string? text, [NotNullWhen(false)] out string? problem)
    {
        (text, problem) = bytes switch
        {
            [0xFF, 0xFE, 0, 0, ..] or [0, 0, 0xFE, 0xFF, ..] => (null, "is UTF-32"),
            [0xFF, 0xFE, .. var rest] => Utf16(rest, Encoding.Unicode),
            [0xFE, 0xFF, .. var rest] => Utf16(rest, Encoding.BigEndianUnicode),
            [0xEF, 0xBB, 0xBF, .. var rest] => Utf8Text(rest),
            _ => Utf8Text(bytes),
        };
        if (text?.IndexOf('\0', StringComparison.Ordinal) is >= 0 and var at)
        {
            problem = $"holds a NUL character in line {Line(text.AsSpan(0, at))}, as UTF-16 without a byte order mark does";
            text = null;
        }

        return text is not null;
    }

    private static (string? Text, string? Problem) Utf8Text(ReadOnlySpan<byte> bytes)
    {
        var letters = new char[bytes.Length];
        return Utf8.ToUtf16(bytes, letters, out var read, out var written, replaceInvalidSequences: false) == OperationStatus.Done
            ? (new string(letters, 0, written), null)
            : (null, $"is not UTF-8 in line {bytes[..read].Count((byte)'\n') + 1}");
    }

    private static (string? Text, string? Problem) Utf16(ReadOnlySpan<byte> bytes, Encoding encoding)
    {
        var text = encoding.GetString(bytes);
        var damage = text.IndexOf('\uFFFD', StringComparison.Ordinal);
        return damage < 0 ? (text, null) : (null, $"is damaged UTF-16 in line {Line(text.AsSpan(0, damage))}");
    }

    private static int Line(ReadOnlySpan<char> before) => before.Count('\n') + 1;
}
