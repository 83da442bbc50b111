using Bittbridge.Bittensor.Chain;
using CsCheck;

namespace Bittbridge.Bittensor.Tests.Chain;

public sealed class ScaleTests
{
    [Theory]
    [InlineData(0u, "00")]
    [InlineData(63u, "FC")]
    [InlineData(64u, "0101")]
    [InlineData(256u, "0104")]
    [InlineData(304u, "C104")]
    [InlineData(16383u, "FDFF")]
    [InlineData(16384u, "02000100")]
    [InlineData(1073741823u, "FEFFFFFF")]
    [InlineData(1073741824u, "0300000040")]
    [InlineData(4294967295u, "03FFFFFFFF")]
    public void Compact_numbers_have_the_chains_encoding(uint value, string hex)
    {
        Assert.Equal(hex, Convert.ToHexString(Scale.EncodeCompact(value)));
        foreach (var bytes in new[] { hex, hex + "FF" })
        {
            Assert.True(Scale.TryReadCompact(Convert.FromHexString(bytes), out var read, out var length));
            Assert.Equal((value, hex.Length / 2), (read, length));
        }

        Assert.False(Scale.TryReadCompact(Convert.FromHexString(hex[..^2]), out _, out _));
    }

    [Theory]
    [InlineData(63ul, "FC")]
    [InlineData(4294967295ul, "03FFFFFFFF")]
    [InlineData(4294967296ul, "070000000001")]
    [InlineData(12500000000ul, "0700DD0EE902")]
    [InlineData(100000000000000ul, "0B00407A10F35A")]
    [InlineData(18446744073709551615ul, "13FFFFFFFFFFFFFFFF")]
    public void Longer_compact_numbers_have_the_chains_encoding(ulong value, string hex)
    {
        foreach (var bytes in new[] { hex, hex + "FF" })
        {
            Assert.True(Scale.TryReadCompact64(Convert.FromHexString(bytes), out var read, out var length));
            Assert.Equal((value, hex.Length / 2), (read, length));
        }

        Assert.False(Scale.TryReadCompact64(Convert.FromHexString(hex[..^2]), out _, out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("070000000000")]
    [InlineData("17FFFFFFFFFFFFFFFF01")]
    [InlineData("FF")]
    public void What_is_short_or_too_long_is_no_longer_compact_number(string hex) =>
        Assert.False(Scale.TryReadCompact64(Convert.FromHexString(hex), out _, out _));

    [Fact]
    public void A_compact_number_has_one_encoding() =>
        Gen
            .Byte.Array[0, 6]
            .Sample(bytes =>
                !Scale.TryReadCompact(bytes, out var value, out var length)
                || bytes.AsSpan(0, length).SequenceEqual(Scale.EncodeCompact(value))
            );

    [Theory]
    [InlineData("")]
    [InlineData("01")]
    [InlineData("0100")]
    [InlineData("02000000")]
    [InlineData("0301000000")]
    [InlineData("070000000000")]
    public void What_is_short_or_longer_than_needed_is_no_compact_number(string hex) =>
        Assert.False(Scale.TryReadCompact(Convert.FromHexString(hex), out _, out _));

    [Fact]
    public void Lists_of_bools_are_read_back() =>
        Gen
            .Bool.Array[0, 300]
            .Sample(values =>
            {
                byte[] bytes = [.. Scale.EncodeCompact((uint)values.Length), .. values.Select(value => value ? (byte)1 : (byte)0)];
                return Scale.TryDecodeBools(bytes, out var read)
                    && read.SequenceEqual(values)
                    && !Scale.TryDecodeBools([.. bytes, 0], out _)
                    && (values.Length == 0 || !Scale.TryDecodeBools(bytes.AsSpan(0, bytes.Length - 1), out _));
            });

    [Theory]
    [InlineData("")]
    [InlineData("0402")]
    [InlineData("03FFFFFFFF")]
    [InlineData("0801")]
    public void Other_bytes_are_no_list_of_bools(string hex) => Assert.False(Scale.TryDecodeBools(Convert.FromHexString(hex), out _));

    [Fact]
    public void A_list_of_numbers_of_16_bits_takes_two_bytes_for_each()
    {
        Assert.True(Scale.TryDecodeU16s(Convert.FromHexString("0C01000200FFFF"), out var values));
        Assert.Equal(new ushort[] { 1, 2, 65535 }, values);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0C0100020003")]
    [InlineData("0C01000200030000")]
    [InlineData("08010002000300")]
    [InlineData("03FFFFFFFF")]
    public void Other_bytes_are_no_list_of_numbers(string hex) => Assert.False(Scale.TryDecodeU16s(Convert.FromHexString(hex), out _));

    [Fact]
    public void A_number_of_64_bits_takes_eight_bytes()
    {
        Assert.True(Scale.TryDecodeU64(Convert.FromHexString("00093D0000000000"), out var value));
        Assert.Equal(4_000_000ul, value);
        Assert.False(Scale.TryDecodeU64(Convert.FromHexString("00093D00000000"), out _));
        Assert.False(Scale.TryDecodeU64(Convert.FromHexString("00093D000000000000"), out _));
    }

    [Fact]
    public void A_number_of_16_bits_takes_two_bytes()
    {
        Assert.True(Scale.TryDecodeU16([0x30, 0x01], out var value));
        Assert.Equal(304, value);
        Assert.False(Scale.TryDecodeU16([0x30], out _));
        Assert.False(Scale.TryDecodeU16([0x30, 0x01, 0x00], out _));
    }

    [Fact]
    public void A_zero_key_or_another_length_is_no_key()
    {
        Assert.False(Scale.TryDecodePublicKey(new byte[32], out _));
        Assert.False(Scale.TryDecodePublicKey(Enumerable.Repeat((byte)1, 31).ToArray(), out _));
        Assert.True(Scale.TryDecodePublicKey(Enumerable.Repeat((byte)1, 32).ToArray(), out _));
    }

    [Theory]
    [InlineData("077100CB000000000000000000000000", 4, "203.0.113.7")]
    [InlineData("010000000000000000000000B80D0120", 6, "2001:db8::1")]
    [InlineData("00000000000000000000000000000000", 4, null)]
    [InlineData("FFFFFFFF000000000000000000000000", 4, "255.255.255.255")]
    [InlineData("077100CB010000000000000000000000", 4, null)]
    public void An_axon_says_where_a_hotkey_can_be_called(string ip, byte type, string? address)
    {
        var bytes = Convert.FromHexString("00093D0000000000" + "38A29800" + ip + "9B1F" + "0" + type + "04" + "0000");
        Assert.True(Scale.TryDecodeAxon(bytes, out var axon));
        Assert.Equal(
            (4_000_000ul, 10_003_000u, (ushort)8091, type, (byte)4),
            (axon.Block, axon.Version, axon.Port, axon.IpType, axon.Protocol)
        );
        Assert.Equal(address, axon.Address?.ToString());
        Assert.False(Scale.TryDecodeAxon(bytes.AsSpan(1), out _));
    }
}
