namespace Bittbridge.Miner;

/// <summary>What the shared table says of a nonce.</summary>
internal enum NonceTaking
{
    /// <summary>Taken now, by this attempt.</summary>
    Now,

    /// <summary>Taken before, by another attempt, here or in another instance.</summary>
    Before,

    /// <summary>Storage is out of reach.</summary>
    Unknown,

    /// <summary>Storage answers, but so many ask that this one's turn did not come. Whoever asks much could bring this about at will, so no memory decides then.</summary>
    Busy,
}
