using Bittbridge.Bittensor.Keys;
using CsCheck;

namespace Bittbridge.Bittensor.Tests.Keys;

public sealed class PublicKeyTests
{
    [Fact]
    public void The_bytes_and_the_hex_text_give_the_key_back() =>
        Gen
            .Byte.Array[32]
            .Sample(bytes =>
            {
                var key = new PublicKey(bytes);
                return key.ToArray().AsSpan().SequenceEqual(bytes)
                    && PublicKey.TryParseHex(key.ToString(), out var read)
                    && read == key
                    && PublicKey.TryParseHex("0x" + Convert.ToHexString(bytes), out read)
                    && read == key
                    && key.IsZero == bytes.All(one => one == 0);
            });

    [Theory]
    [InlineData("")]
    [InlineData("0x")]
    [InlineData("d43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da2")]
    [InlineData("d43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27g")]
    [InlineData("0xd43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d00")]
    [InlineData("0Xd43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d")]
    public void Another_text_is_no_key(string text)
    {
        Assert.False(PublicKey.TryParseHex(text, out var key));
        Assert.Equal(default, key);
    }

    [Theory]
    [InlineData(31)]
    [InlineData(33)]
    public void A_key_has_32_bytes(int length) =>
        Assert.Equal("bytes", Assert.Throws<ArgumentOutOfRangeException>(() => new PublicKey(new byte[length])).ParamName);

    [Fact]
    public void The_all_zero_key_says_so()
    {
        Assert.True(new PublicKey(new byte[32]).IsZero);
        Assert.True(default(PublicKey).IsZero);
    }

    [Fact]
    public void Every_byte_makes_another_key_which_is_not_the_zero_key()
    {
        var keys = Enumerable
            .Range(0, 32)
            .Select(at =>
            {
                var bytes = new byte[32];
                bytes[at] = 1;
                return new PublicKey(bytes);
            })
            .ToHashSet();

        Assert.Equal(32, keys.Count);
        Assert.DoesNotContain(keys, key => key.IsZero);
    }
}
