using System.Text.Json;
using Bittbridge.Bittensor.Keys;
using Bittbridge.Testing;
using CsCheck;

namespace Bittbridge.Bittensor.Tests.Keys;

public sealed class Ss58AddressTests
{
    private const string Alice = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";

    public static readonly Gen<Ss58Address> Addresses = Gen.Select(
        Gen.Byte.Array[32],
        Gen.Int[0, Ss58Address.MaxFormat],
        (key, format) => new Ss58Address(new PublicKey(key), (ushort)format)
    );

    [Fact]
    public void Every_recorded_address_is_read_and_written_as_recorded()
    {
        foreach (var line in RecordedFacts.Lines("fixtures/ss58.jsonl"))
        {
            var fact = JsonDocument.Parse(line).RootElement;
            var text = fact.GetProperty("address").GetString()!;
            Assert.True(fact.GetProperty("valid").GetBoolean() == Ss58Address.TryParse(text, out var address), line);
            if (fact.GetProperty("valid").GetBoolean())
            {
                Assert.Equal(fact.GetProperty("public_key").GetString(), address.PublicKey.ToString());
                Assert.Equal(fact.GetProperty("format").GetInt32(), address.Format);
                Assert.Equal(text, address.ToString());
            }
        }
    }

    [Fact]
    public void The_address_of_alice_is_that_of_her_key()
    {
        Assert.True(PublicKey.TryParseHex("0xd43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d", out var key));
        Assert.Equal(Alice, new Ss58Address(key).ToString());
        Assert.Equal(key, Ss58Address.Parse(Alice).PublicKey);
    }

    [Fact]
    public void Writing_and_reading_an_address_gives_it_back() =>
        Addresses.Sample(address => Ss58Address.TryParse(address.ToString(), out var read) && read == address);

    [Fact]
    public void Any_other_letter_makes_it_another_address_or_none() =>
        Gen.Select(Addresses, Gen.Int[0, 99], Gen.Char[' ', '~'])
            .Sample(
                (address, place, letter) =>
                {
                    var text = address.ToString().ToCharArray();
                    place %= text.Length;
                    if (text[place] == letter)
                    {
                        return true;
                    }

                    text[place] = letter;
                    return !Ss58Address.TryParse(text, out var read) || (read != address && read.ToString() == new string(text));
                }
            );

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData(Alice + " ")]
    [InlineData("1" + Alice)]
    [InlineData("5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQé")]
    [InlineData("11111111111111111111111111111111111111111111111111111111111111111111")]
    // Alice's key with a right checksum, but a prefix that no format has: one byte of 64 or more, two bytes for 1 or 63, and two bytes
    // that begin with less than 64 or more than 127.
    [InlineData("7UBTcQ97YPmaTPAC5Zxw83MnHnMMST9GXLtQjRkzz6M47FE1")]
    [InlineData("VJGEpcrznMBDyP7JbaZJ5pGdwDhH4f9Z33uRahvg15iW56ak9")]
    [InlineData("c8BzEHVQbMde382ZKXA2L9yv5j4hrSN4MY9eZx4aiLfvupmsS")]
    [InlineData("UkS7QAPHAkNE7ZPFceifWMooP3ufG9ggzsrhhStWxNwpXKh5g")]
    [InlineData("yNmhdLpk3wdaaU8xn21CjijAKS3CFRJJ1hD4UvN531UCNMx3d")]
    public void What_is_no_address_is_refused(string text) => Assert.False(Ss58Address.TryParse(text, out _));

    [Theory]
    [InlineData(63, "7NPoMQbiA6trJKkjB35uk96MeJD4PGWkLQLH7k7hXEkZpiba")]
    [InlineData(64, "cEaNSpz4PxFcZ7nT1VEKrKewH67rfx6MfcM6yKojyyPz7qaqp")]
    [InlineData(16383, "yNa8JpqfFB3q8A29rCwSgxvdU94ufJw2yKKxDgznS5m1PoFvn")]
    public void The_highest_formats_of_one_and_two_bytes_are_read_and_written(int format, string text)
    {
        var alice = new Ss58Address(Ss58Address.Parse(Alice).PublicKey, (ushort)format);
        Assert.Equal(text, alice.ToString());
        Assert.Equal(alice, Ss58Address.Parse(text));
    }

    [Fact]
    public void A_format_above_14_bits_cannot_be_built() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new Ss58Address(default, Ss58Address.MaxFormat + 1));
}
