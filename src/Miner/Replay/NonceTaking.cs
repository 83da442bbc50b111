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
    /// Storage is up but overloaded. Memory must not decide then: a caller could cause this on purpose, and another instance may have
    /// the reply.
    /// </summary>
    Busy,
}
