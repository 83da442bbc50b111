namespace Bittbridge.Miner.Replay;

/// <summary>Where it is remembered which requests were taken, and what happens when that can't be asked.</summary>
public enum ReplayMode
{
    /// <summary>
    /// In Table Storage, shared by all instances; while storage is out of reach, in this process alone, and health says so.
    /// </summary>
    Durable,

    /// <summary>In Table Storage; while it is out of reach nobody is answered.</summary>
    Strict,

    /// <summary>In this process alone: for a single instance, without the storage write.</summary>
    Memory,
}
