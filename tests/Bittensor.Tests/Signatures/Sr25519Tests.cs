using System.Text;
using System.Text.Json;
using Bittbridge.Bittensor.Keys;
using Bittbridge.Bittensor.Signatures;
using Bittbridge.Testing;
using CsCheck;

namespace Bittbridge.Bittensor.Tests.Signatures;

public sealed class Sr25519Tests
{
    private const string Alice = "d43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d";

    private static readonly Gen<(HotkeyPair Pair, byte[] Message)> Signings = Gen.Select(
        Gen.Byte.Array[32].Select(seed => HotkeyPair.FromMiniSecret(seed)),
        Gen.Byte.Array[0, 500]
    );

    [Fact]
    public void Every_recorded_signature_is_judged_as_two_other_implementations_did()
    {
        var lines = RecordedFacts.Lines("fixtures/sr25519.jsonl");
        Assert.Equal(241, lines.Count);
        foreach (var line in lines)
        {
            var fact = JsonDocument.Parse(line).RootElement;
            var verified = Sr25519.Verify(Key(fact.GetProperty("public_key").GetString()!), Hex(fact, "message"), Hex(fact, "signature"));
            Assert.True(fact.GetProperty("valid").GetBoolean() == verified, line);
        }
    }

    /// <summary>L, the order of the group, is 2^252 + 27742317777372353535851937790883648493.</summary>
    [Theory]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000", true)] // 0
    [InlineData("ecd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010", true)] // L - 1
    [InlineData("0000000000000000000000000000000000000000000000000000000000000010", true)] // 2^252
    [InlineData("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010", false)] // L
    [InlineData("eed3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010", false)] // L + 1
    [InlineData("0000000000000000000000000000000000000000000000000000000000000020", false)] // 2^253
    [InlineData("ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", false)] // 2^256 - 1
    public void A_scalar_is_reduced_below_the_order_of_the_group(string scalar, bool isReduced) =>
        Assert.Equal(isReduced, Sr25519.IsReduced(Convert.FromHexString(scalar)));

    [Theory]
    [InlineData(
        Alice,
        "I hereby verify that I control 5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY",
        "b83881d3bd7302981ee1c504fe5b7b394682927131fc0846fd616bb40fa14d02640fd2aca785b4cb57904765c2e4e75f59a7dd30154c209964369912091f6981"
    )]
    [InlineData(
        Alice,
        "I hereby verify that I control 5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY",
        "1037eb7e51613d0dcf5930ae518819c87d655056605764840d9280984e1b7063c4566b55bf292fcab07b369d01095879b50517beca4d26e6a65866e25fec0d83"
    )]
    [InlineData(
        "46ebddef8cd9bb167dc30878d7113b7e168e6f0646beffd77d69d39bad76b47a",
        "this is a message",
        "dc4831339346dc294d21dd6efa22c078b6eb6602a30fb9c67540c1fb4e20936e17489f36dbe14aec6d2b1e56d979f7b420ca34143aca1691db0bab9535c49a86"
    )]
    [InlineData(
        "f84d048da2ddae2d9d8fd6763f469566e8817a26114f39408de15547f6d47805",
        "<Bytes>message to sign</Bytes>",
        "48ce2c90e08651adfc8ecef84e916f6d1bb51ebebd16150ee12df247841a5437951ea0f9d632ca165e6ab391532e75e701be6a1caa88c8a6bcca3511f55b4183"
    )]
    [InlineData(
        Alice,
        "1772400300123456789.5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY.5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty.5ecbd69c-1cec-11ee-b0dc-e29ce36fec1a.a7ffc6f8bf1ed76651c14756a061d662f580ff4de43b49fa82d80a4b80f8434a",
        "4ebce13e1aad1bc77bdee004ac023e0bcbe655d3d0d07e6af781fe8818237a6418910bb75334e44f899a643cdbe649f4657a6ddcc0822140a7df1e153a4e1e8d"
    )]
    public void Signatures_of_other_implementations_verify(string key, string message, string signature) =>
        Assert.True(Sr25519.Verify(Key(key), Encoding.UTF8.GetBytes(message), Convert.FromHexString(signature)));

    [Fact]
    public void A_signature_without_the_marker_fails() =>
        Assert.False(
            Sr25519.Verify(
                Key("b4bfa1f7a5166695eb75299fd1c4c03ea212871c342f2c5dfea0902b2c246918"),
                "Verifying that I am the owner of 5G9hQLdsKQswNPgB499DeA5PkFBbgkLPJWkkS6FAM6xGQ8xD. Hash: 221455a3\n"u8,
                Convert.FromHexString(
                    "5a9755f069939f45d96aaf125cf5ce7ba1db998686f87f2fb3cbdea922078741a73891ba265f70c31436e18a9acd14d189d73c12317ab6c313285cd938453202"
                )
            )
        );

    [Fact]
    public void A_signature_over_the_wrapped_message_does_not_hold_for_the_plain_one()
    {
        var key = Key("f84d048da2ddae2d9d8fd6763f469566e8817a26114f39408de15547f6d47805");
        var signature = Convert.FromHexString(
            "48ce2c90e08651adfc8ecef84e916f6d1bb51ebebd16150ee12df247841a5437951ea0f9d632ca165e6ab391532e75e701be6a1caa88c8a6bcca3511f55b4183"
        );
        Assert.False(Sr25519.Verify(key, "message to sign"u8, signature));
        Assert.True(Sr25519.Verify(key, "<Bytes>message to sign</Bytes>"u8, signature));
    }

    [Fact]
    public void What_was_signed_verifies() =>
        Signings.Sample(given => Sr25519.Verify(given.Pair.PublicKey, given.Message, given.Pair.Sign(given.Message)));

    [Fact]
    public void A_signature_is_another_one_each_time()
    {
        using var pair = HotkeyPair.Create();
        Assert.NotEqual(pair.Sign("text"u8), pair.Sign("text"u8));
    }

    /// <summary>
    /// A program in another language that follows the specifications of STROBE, Merlin and ristretto255 computed these for one scalar and
    /// two nonce seeds. If the seed did not count, the random bytes alone would reveal the secret.
    /// </summary>
    [Theory]
    [InlineData(
        "925a225d97aa00682d6a59b95b18780c10d7032336e88f3442b42361f4a66011",
        "a00ab4239cdc64624b8e1ccf511f6b055eb6035fbc94f7b6d6e75732819728683e7ca15ed5209623cfa1b25030717fff075d0468713b041c7374062682b46784"
    )]
    [InlineData(
        "0909090909090909090909090909090909090909090909090909090909090909",
        "48f6c286eb1fd22e247622bf3f10bb1d25ccfa14072ed2010420614f6a02350f93328c54317864a6cc267acfde6e802740273b8f50a3d859ab1c5d4616bbb287"
    )]
    public void With_given_random_bytes_a_signature_is_that_of_another_implementation(string nonceSeed, string expected)
    {
        var secret = Convert.FromHexString("33a6f3093f158a7109f679410bef1a0c54168145e0cecb4df006c1c2fffb1f09" + nonceSeed);
        var signature = new byte[64];

        Sr25519.Sign(secret, Key(Alice), "text"u8, Enumerable.Repeat((byte)7, 32).ToArray(), signature);

        Assert.Equal(expected, Convert.ToHexStringLower(signature));
    }

    [Fact]
    public void Any_flipped_bit_of_the_signature_fails()
    {
        using var alice = DevelopmentKey.Derive("//Alice");
        var signature = alice.Sign("text"u8);
        for (var bit = 0; bit < signature.Length * 8; bit++)
        {
            Assert.False(Sr25519.Verify(alice.PublicKey, "text"u8, Flipped(signature, bit)), $"bit {bit}");
        }
    }

    [Fact]
    public void Any_flipped_bit_of_the_key_fails()
    {
        using var alice = DevelopmentKey.Derive("//Alice");
        var signature = alice.Sign("text"u8);
        for (var bit = 0; bit < PublicKey.Length * 8; bit++)
        {
            Assert.False(Sr25519.Verify(new PublicKey(Flipped(alice.PublicKey.ToArray(), bit)), "text"u8, signature), $"bit {bit}");
        }
    }

    [Fact]
    public void Any_flipped_bit_of_the_message_fails() =>
        Gen.Select(Signings, Gen.Int[0, int.MaxValue])
            .Where(given => given.Item1.Message.Length > 0)
            .Sample(
                (given, bit) =>
                    !Sr25519.Verify(
                        given.Pair.PublicKey,
                        Flipped(given.Message, bit % (given.Message.Length * 8)),
                        given.Pair.Sign(given.Message)
                    )
            );

    [Theory]
    [InlineData(0)]
    [InlineData(63)]
    [InlineData(65)]
    public void A_signature_of_another_length_fails(int length) =>
        Assert.False(Sr25519.Verify(Key(Alice), "text"u8, Enumerable.Repeat((byte)0x80, length).ToArray()));

    [Fact]
    public void Verifying_allocates_nothing()
    {
        using var alice = DevelopmentKey.Derive("//Alice");
        var signature = alice.Sign("text"u8);
        Assert.True(Sr25519.Verify(alice.PublicKey, "text"u8, signature));

        var verified = true;
        var allocated = Allocation.Of(() =>
        {
            for (var i = 0; i < 100; i++)
            {
                verified &= Sr25519.Verify(alice.PublicKey, "text"u8, signature);
            }
        });

        Assert.Equal(0, allocated);
        Assert.True(verified);
    }

    [Fact]
    public void The_state_of_keccak_has_the_size_that_libsodium_says() => Assert.True(Strobe128.FitsLibsodium);

    private static byte[] Flipped(byte[] bytes, int bit)
    {
        var flipped = bytes.ToArray();
        flipped[bit / 8] ^= (byte)(1 << (bit % 8));
        return flipped;
    }

    private static byte[] Hex(JsonElement fact, string name) => Convert.FromHexString(fact.GetProperty(name).GetString()!);

    private static PublicKey Key(string hex) => new(Convert.FromHexString(hex));
}
