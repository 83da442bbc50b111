namespace Bittbridge.Miner;

/// <summary>What the shared table says of a nonce.</summary>
internal enum NonceTaking
{
    /// <summary>Taken now, by this attempt.</summary>
    Now,

    /// <summary>Taken before, by another attempt, here or in another instance.</summary>
    Before,

    /// <summary>Nobody could tell in time.</summary>
    Unknown,
}
