using Bittbridge.Bittensor.Keys;
using Bittbridge.Bittensor.Signatures;

namespace Bittbridge.Bittensor.Tests.Signatures;

public sealed class Ed25519Tests
{
    // RFC 8032, 7.1, test 2.
    private static readonly PublicKey Key = new(Convert.FromHexString("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"));
    private static readonly byte[] Message = [0x72];
    private static readonly byte[] Signature = Convert.FromHexString(
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    );

    [Fact]
    public void The_vector_of_the_rfc_verifies() => Assert.True(Ed25519.Verify(Key, Message, Signature));

    [Fact]
    public void Any_flipped_bit_of_the_signature_fails()
    {
        for (var bit = 0; bit < 512; bit++)
        {
            var flipped = Signature.ToArray();
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(Ed25519.Verify(Key, Message, flipped), $"bit {bit}");
        }
    }

    [Fact]
    public void Another_message_fails() => Assert.False(Ed25519.Verify(Key, [0x73], Signature));

    // The points of order 1, 2, 4 and 8 [libsodium, ed25519_ref10.c].
    [Theory]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("0100000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05")]
    [InlineData("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a")]
    [InlineData("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")]
    public void A_key_of_small_order_signs_nothing(string key)
    {
        // R = identity, s = 0: with such a key the plain equation holds for one message in eight at least.
        var signature = new byte[64];
        signature[0] = 1;
        for (var i = 0; i < 64; i++)
        {
            Assert.False(Ed25519.Verify(new PublicKey(Convert.FromHexString(key)), [(byte)i], signature));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(63)]
    [InlineData(65)]
    public void A_signature_of_another_length_fails(int length) => Assert.False(Ed25519.Verify(Key, Message, new byte[length]));

    [Fact]
    public void Verifying_allocates_nothing()
    {
        Assert.True(Ed25519.Verify(Key, Message, Signature));
        Assert.Equal(0, Allocation.Of(() => Ed25519.Verify(Key, Message, Signature)));
    }
}
