namespace Bittbridge.Miner.Replay;

/// <summary>What the shared table says of a nonce.</summary>
internal enum NonceTaking
{
    /// <summary>Taken now, by this attempt.</summary>
    Now,

    /// <summary>Taken before, by another attempt, here or in another instance.</summary>
    Before,

    /// <summary>Storage is out of reach.</summary>
    Unknown,

    /// <summary>
    /// Storage answers others, but not this one in time: so many ask. Whoever asks much could bring this about at will, and another
    /// instance may have its reply, so no memory decides then.
    /// </summary>
    Busy,
}
