namespace Bittbridge.Bittensor.Chain;

/// <summary>Why a chain read failed.</summary>
public enum ChainFault
{
    /// <summary>No connection, a broken one, or an HTTP status other than 200.</summary>
    Unreachable,

    /// <summary>No answer in time.</summary>
    TimedOut,

    /// <summary>The answer is longer than the limit.</summary>
    TooLong,

    /// <summary>The node returned an error.</summary>
    Refused,

    /// <summary>Not a JSON-RPC answer to the request: invalid JSON, another id, another shape.</summary>
    Garbage,

    /// <summary>A required value is missing.</summary>
    Missing,

    /// <summary>Impossible or contradictory values: short vectors, zero keys, an empty subnet.</summary>
    Nonsense,
}
