namespace Bittbridge.Miner.Replay;

/// <summary>What the first look says of a nonce.</summary>
internal enum NonceClaim
{
    /// <summary>Not seen here before; it is remembered from now on, and of several at once only one hears this.</summary>
    Claimed,

    /// <summary>Seen here before.</summary>
    Seen,

    /// <summary>Not among what is remembered, and there is no room to remember it.</summary>
    NoRoom,

    /// <summary>So old that it may have been remembered and dropped.</summary>
    Stale,
}
