namespace Bittbridge.Miner.Replay;

/// <summary>Where the miner remembers accepted requests, and what it does while that store is unavailable.</summary>
public enum ReplayMode
{
    /// <summary>
    /// In Table Storage, shared by all instances; while storage is unavailable, in this process only, and health reports it.
    /// </summary>
    Durable,

    /// <summary>In Table Storage; while it is unavailable, no caller gets an answer.</summary>
    Strict,

    /// <summary>In this process only, without a storage write: for a single instance.</summary>
    Memory,
}
