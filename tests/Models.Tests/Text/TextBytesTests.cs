using System.Text;
using Bittbridge.Models.Text;

namespace Bittbridge.Models.Tests.Text;

public sealed class TextBytesTests
{
    [Theory]
    [InlineData("UTF-8", false)]
    [InlineData("UTF-8", true)]
    [InlineData("UTF-16LE", true)]
    [InlineData("UTF-16BE", true)]
    public void A_text_is_read_in_every_encoding_that_says_what_it_is(string encoding, bool marked)
    {
        const string Text = "{\"name\": \"Zürich 😀\"}\n";
        Encoding one = encoding switch
        {
            "UTF-8" => new UTF8Encoding(marked),
            "UTF-16LE" => new UnicodeEncoding(bigEndian: false, marked),
            _ => new UnicodeEncoding(bigEndian: true, marked),
        };

        Assert.True(TextBytes.TryDecode([.. one.GetPreamble(), .. one.GetBytes(Text)], out var text, out _));
        Assert.Equal(Text, text);
    }

    [Fact]
    public void Latin_1_is_refused_with_the_line() =>
        Assert.Equal("is not UTF-8 in line 2", Problem([(byte)'a', (byte)'\n', 0xE9, (byte)'\n']));

    [Fact]
    public void A_cut_off_letter_at_the_end_is_refused() => Assert.Equal("is not UTF-8 in line 1", Problem([(byte)'a', 0xC3]));

    [Fact]
    public void Utf_16_without_a_mark_is_told_by_its_nul_characters() =>
        Assert.Contains("NUL character in line 1", Problem(Encoding.Unicode.GetBytes("{}")), StringComparison.Ordinal);

    [Theory]
    [InlineData(new byte[] { 0xFF, 0xFE, 0x61 })]
    [InlineData(new byte[] { 0xFF, 0xFE, 0x00, 0xD8, 0x61, 0x00 })]
    public void Damaged_utf_16_is_refused(byte[] bytes) => Assert.Equal("is damaged UTF-16 in line 1", Problem(bytes));

    [Fact]
    public void Utf_32_is_refused() =>
        Assert.Equal("is UTF-32", Problem([.. Encoding.UTF32.GetPreamble(), .. Encoding.UTF32.GetBytes("{}")]));

    [Fact]
    public void An_empty_file_is_an_empty_text()
    {
        Assert.True(TextBytes.TryDecode([], out var text, out _));
        Assert.Equal("", text);
    }

    private static string Problem(byte[] bytes)
    {
        Assert.False(TextBytes.TryDecode(bytes, out _, out var problem));
        return problem;
    }
}
