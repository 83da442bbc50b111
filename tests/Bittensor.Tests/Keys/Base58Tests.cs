using Bittbridge.Bittensor.Keys;

namespace Bittbridge.Bittensor.Tests.Keys;

public sealed class Base58Tests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("00", "1")]
    [InlineData("0000ff", "115Q")]
    [InlineData("61", "2g")]
    [InlineData("0102030405", "7bWpTW")]
    public void A_value_and_its_text_correspond(string hex, string text)
    {
        var value = Convert.FromHexString(hex);
        // What the buffer held before does not matter.
        var buffer = Enumerable.Repeat((byte)0xaa, 5).ToArray();

        Assert.Equal(text, Base58.Encode(value));
        Assert.True(Base58.TryDecode(text, buffer, out var decoded));
        Assert.Equal(value, decoded.ToArray());
    }

    [Theory]
    // Letters that the alphabet leaves out.
    [InlineData("0")]
    [InlineData("O")]
    [InlineData("I")]
    [InlineData("l")]
    [InlineData("2é")]
    // 256, in a buffer of one byte, and a zero byte before 255.
    [InlineData("5R")]
    [InlineData("15Q")]
    public void Another_text_or_a_value_that_does_not_fit_is_refused(string text) =>
        Assert.False(Base58.TryDecode(text, new byte[1], out _));
}
