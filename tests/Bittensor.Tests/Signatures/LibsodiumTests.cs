using Bittbridge.Bittensor.Signatures;

namespace Bittbridge.Bittensor.Tests.Signatures;

/// <summary>A buffer of a wrong length is refused before libsodium reads or writes beyond its end.</summary>
public sealed class LibsodiumTests
{
    [Theory]
    [InlineData(1, 200)]
    [InlineData(2, 199)]
    [InlineData(201, 0)]
    [InlineData(1, -1)]
    public void Bytes_beyond_the_end_of_a_state_are_refused(int length, int offset)
    {
        Assert.Throws<ArgumentOutOfRangeException>("bytes", () => Libsodium.KeccakXor(new byte[224], new byte[length], offset));
        Assert.Throws<ArgumentOutOfRangeException>("bytes", () => Libsodium.KeccakExtract(new byte[224], new byte[length], offset));
    }

    [Fact]
    public void A_scalar_of_another_length_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Libsodium.ScalarReduce(new byte[63], new byte[32]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Libsodium.ScalarReduce(new byte[64], new byte[31]));
    }

    [Fact]
    public void A_hash_that_BLAKE2b_does_not_have_is_refused() =>
        Assert.Throws<ArgumentException>("hash", () => Libsodium.Blake2b("text"u8, new byte[65]));

    [Theory]
    [InlineData(63, 64, "secret")]
    [InlineData(64, 63, "signature")]
    [InlineData(64, 65, "signature")]
    public void A_secret_or_a_signature_of_another_length_is_refused(int secret, int signature, string name) =>
        Assert.Throws<ArgumentOutOfRangeException>(name, () => Sr25519.Sign(new byte[secret], default, "text"u8, new byte[signature]));
}
