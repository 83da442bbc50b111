namespace Bittbridge.Bittensor.Chain;

/// <summary>Why a chain read failed.</summary>
public enum ChainFault
{
    /// <summary>No connection, a broken one, or an HTTP status other than 200.</summary>
    Unreachable,

    /// <summary>No answer in time.</summary>
    TimedOut,

    /// <summary>An answer longer than what is read.</summary>
    TooLong,

    /// <summary>The node says that it cannot answer.</summary>
    Refused,

    /// <summary>No JSON-RPC answer to what was asked: garbage, another id, another shape.</summary>
    Garbage,

    /// <summary>A value that must be there is not.</summary>
    Missing,

    /// <summary>Values that no chain holds or that contradict each other: short vectors, zero keys, a subnet of nobody.</summary>
    Nonsense,
}
