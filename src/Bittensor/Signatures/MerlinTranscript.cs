namespace Bittbridge.Bittensor.Signatures;

/// <summary>
/// A Merlin transcript (merlin.cool, v1.0): labeled messages in, challenges out. It uses stack memory of the caller.
/// </summary>
internal ref struct MerlinTranscript
{
    /// <summary>The size of that stack memory.</summary>
    public const int MemoryBytes = Strobe128.MemoryBytes;

    /// <summary>The number of random bytes for a witness.</summary>
    public const int RandomBytes = 32;

    private Strobe128 _strobe;

    public MerlinTranscript(Span<byte> memory, ReadOnlySpan<byte> label)
    {
        _strobe = new Strobe128(memory, "Merlin v1.0"u8);
        Append("dom-sep"u8, label);
    }

    /// <summary>schnorrkel's signing context over a message (context.rs): the start of every transcript here.</summary>
    public static MerlinTranscript ForContext(Span<byte> memory, ReadOnlySpan<byte> context, ReadOnlySpan<byte> message)
    {
        var transcript = new MerlinTranscript(memory, "SigningContext"u8);
        transcript.Append(""u8, context);
        transcript.Append("sign-bytes"u8, message);
        return transcript;
    }

    public void Append(scoped ReadOnlySpan<byte> label, scoped ReadOnlySpan<byte> message)
    {
        _strobe.AbsorbMeta(label, message.Length);
        _strobe.AbsorbData(message);
    }

    public void Challenge(scoped ReadOnlySpan<byte> label, scoped Span<byte> output)
    {
        _strobe.AbsorbMeta(label, output.Length);
        _strobe.Squeeze(output);
    }

    /// <summary>
    /// Secret randomness bound to the transcript so far, to a secret, and to <see cref="RandomBytes"/> fresh random bytes (Merlin's
    /// transcript RNG). It repeats only if the random source is broken and the message is repeated as well.
    /// </summary>
    public readonly void Witness(
        scoped ReadOnlySpan<byte> label,
        scoped ReadOnlySpan<byte> secret,
        scoped ReadOnlySpan<byte> random,
        scoped Span<byte> output
    )
    {
        Span<byte> memory = stackalloc byte[Strobe128.MemoryBytes];
        var rng = _strobe.CopyTo(memory);
        rng.AbsorbMeta(label, secret.Length);
        rng.Rekey(secret);
        rng.AbsorbMeta("rng"u8);
        rng.Rekey(random);
        rng.AbsorbMeta([], output.Length);
        rng.Squeeze(output);
        rng.Clear();
    }

    /// <summary>Erases the state.</summary>
    public readonly void Clear() => _strobe.Clear();
}
