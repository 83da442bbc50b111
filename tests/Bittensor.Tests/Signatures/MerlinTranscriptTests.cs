using System.Security.Cryptography;
using System.Text;
using Bittbridge.Bittensor.Signatures;
using Bittbridge.Testing;

namespace Bittbridge.Bittensor.Tests.Signatures;

public sealed class MerlinTranscriptTests
{
    [Fact]
    public void The_vector_of_merlin_itself_comes_out()
    {
        // merlin's own test of its transcript against STROBE: "test protocol", "some label": "some data", challenge "challenge".
        Span<byte> memory = stackalloc byte[MerlinTranscript.MemoryBytes];
        Span<byte> challenge = stackalloc byte[32];
        var transcript = new MerlinTranscript(memory, "test protocol"u8);
        transcript.Append("some label"u8, "some data"u8);
        transcript.Challenge("challenge"u8, challenge);
        Assert.Equal("d5a21972d0d5fe320c0d263fac7fffb8145aa640af6e9bca177c03c7efcf0615", Convert.ToHexStringLower(challenge));
    }

    /// <summary>These vectors come from a program in another language that follows the specifications of STROBE and Merlin.</summary>
    [Fact]
    public void Witnesses_and_challenges_of_many_blocks_are_those_of_another_implementation()
    {
        Span<byte> memory = stackalloc byte[MerlinTranscript.MemoryBytes];
        memory.Fill(0xff);
        var transcript = new MerlinTranscript(memory, "test protocol"u8);
        transcript.Append("some label"u8, "some data"u8);
        Span<byte> witness = stackalloc byte[64];

        transcript.Witness("signing"u8, Bytes(200), Bytes(32), witness);
        Assert.Equal(
            "576f0c08a35ce9c96089a9b0f4425075bdc46dc0469cb831bd1c59e9f2dde79d"
                + "70a5fdadeb27a743d364357b4d05c7c140060c113bc179d3e0320c1eaa6d2b79",
            Convert.ToHexStringLower(witness)
        );

        transcript.Witness("signing"u8, Bytes(32), [.. Enumerable.Repeat((byte)7, 32)], witness);
        Assert.Equal(
            "c6236679cee445b6991f940eab8d7877f498cb51fc41f5ee9d457cc95ec0f22b"
                + "3d7820ea3add309194f95638302a831c3f589c5b07767891968434a024eddaa3",
            Convert.ToHexStringLower(witness)
        );

        Span<byte> challenge = stackalloc byte[400];
        transcript.Challenge("long"u8, challenge);
        Assert.Equal(
            "fb067240c536fa3cf30dc28481c3998ad64653efca7b94c352b3243a392a5349",
            Convert.ToHexStringLower(SHA256.HashData(challenge))
        );
        transcript.Challenge("next"u8, challenge[..32]);
        Assert.Equal("999acf98f7f77578477ef84a0bb72124c909e9df7da826d8b398bf28964d8785", Convert.ToHexStringLower(challenge[..32]));

        static byte[] Bytes(int count) => [.. Enumerable.Range(0, count).Select(i => (byte)i)];
    }

    [Fact]
    public void Memory_that_is_too_small_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(
            "memory",
            () =>
            {
                Span<byte> memory = stackalloc byte[MerlinTranscript.MemoryBytes - 1];
                _ = new MerlinTranscript(memory, "label"u8);
            }
        );

    [Theory]
    [InlineData(1)]
    [InlineData(165)]
    [InlineData(166)]
    [InlineData(167)]
    [InlineData(1000)]
    public void A_message_that_fills_blocks_gives_the_same_challenge_wherever_the_memory_lies(int length)
    {
        var message = Enumerable.Range(0, length).Select(i => (byte)i).ToArray();
        Assert.Equal(Challenge(message, 0), Challenge(message, 5));
    }

    [Fact]
    public void A_witness_leaves_the_transcript_as_it_was()
    {
        Span<byte> memory = stackalloc byte[MerlinTranscript.MemoryBytes];
        Span<byte> challenge = stackalloc byte[32];
        var transcript = new MerlinTranscript(memory, "test protocol"u8);
        transcript.Append("some label"u8, "some data"u8);
        transcript.Witness("witness"u8, new byte[400], new byte[32], new byte[200]);
        transcript.Challenge("challenge"u8, challenge);
        Assert.Equal("d5a21972d0d5fe320c0d263fac7fffb8145aa640af6e9bca177c03c7efcf0615", Convert.ToHexStringLower(challenge));
    }

    [Fact]
    public void With_the_same_random_bytes_a_witness_follows_from_the_transcript_the_label_and_the_secret()
    {
        var one = Witness();
        Assert.Equal(one, Witness());

        byte[][] others = [Witness(message: "other data"), Witness(label: "other"), Witness(secret: 2), Witness(random: 1)];
        Assert.Equal(5, others.Append(one).Select(Convert.ToHexString).Distinct().Count());

        // Every byte of a secret that is longer than a block counts, and so does each random byte.
        Assert.Every(
            Enumerable.Range(0, 400),
            at => Assert.NotEqual(Witness(secretLength: 400), Witness(secretLength: 400, changedSecret: at))
        );
        Assert.Every(Enumerable.Range(0, 32), at => Assert.NotEqual(one, Witness(changedRandom: at)));
    }

    /// <summary>Two messages with the same nonce would reveal the secret.</summary>
    [Fact]
    public void A_broken_random_source_does_not_repeat_the_nonce_of_another_message_or_key() =>
        Assert.Equal(
            3,
            new[] { Witness(random: 0), Witness(message: "another message", random: 0), Witness(secret: 9, random: 0) }
                .Select(Convert.ToHexString)
                .Distinct()
                .Count()
        );

    private static byte[] Witness(
        string message = "some data",
        string label = "witness",
        byte secret = 1,
        byte random = 0,
        int secretLength = 32,
        int changedSecret = -1,
        int changedRandom = -1
    )
    {
        Span<byte> memory = stackalloc byte[MerlinTranscript.MemoryBytes];
        var transcript = new MerlinTranscript(memory, "test protocol"u8);
        transcript.Append("some label"u8, Encoding.UTF8.GetBytes(message));
        var output = new byte[64];
        transcript.Witness(
            Encoding.UTF8.GetBytes(label),
            [.. Enumerable.Range(0, secretLength).Select(i => (byte)(i == changedSecret ? 77 : secret))],
            [.. Enumerable.Range(0, 32).Select(i => (byte)(i == changedRandom ? 77 : random))],
            output
        );
        return output;
    }

    private static byte[] Challenge(byte[] message, int shift)
    {
        Span<byte> memory = stackalloc byte[MerlinTranscript.MemoryBytes + 16];
        var challenge = new byte[400];
        var transcript = new MerlinTranscript(memory[shift..], "blocks"u8);
        transcript.Append("message"u8, message);
        transcript.Challenge("challenge"u8, challenge);
        return challenge;
    }
}
