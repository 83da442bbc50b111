namespace Bittbridge.Miner.Prices.Failures;

/// <summary>
/// Why a poll brought no price. The remedy hangs on it, so what is answered counts and not only with which status. Stored by name.
/// </summary>
public enum PriceFault
{
    /// <summary>Stored by another version of the miner.</summary>
    Unknown,

    /// <summary>No connection, or one that broke.</summary>
    Unreachable,

    /// <summary>Connected or not, nothing whole came in time.</summary>
    TimedOut,

    /// <summary>It began to answer, and the connection broke.</summary>
    BrokeOff,

    /// <summary>It failed so often that it was not asked.</summary>
    NotAsked,

    /// <summary>Too many calls from this address, which asks without a key.</summary>
    TooManyCalls,

    /// <summary>Too many calls with this key.</summary>
    TooManyCallsOfKey,

    /// <summary>It wants a key.</summary>
    KeyMissing,

    /// <summary>It knows no such key.</summary>
    KeyInvalid,

    /// <summary>A demo key at the host of pro keys.</summary>
    DemoKeyAtProHost,

    /// <summary>A pro key at the public host.</summary>
    ProKeyAtPublicHost,

    /// <summary>The key's plan does not hold what was asked for.</summary>
    PlanTooSmall,

    /// <summary>This machine's address is turned away.</summary>
    AddressBlocked,

    /// <summary>Its answer leads elsewhere.</summary>
    Redirected,

    /// <summary>It has no such path or coin.</summary>
    NotFound,

    /// <summary>Its own trouble.</summary>
    ServerTrouble,

    /// <summary>Refused for another reason.</summary>
    Refused,

    /// <summary>Not JSON, or not the JSON that is documented.</summary>
    NotTheApi,

    /// <summary>It has no price in CNY.</summary>
    NoPrice,

    /// <summary>Its newest price is old.</summary>
    Stale,

    /// <summary>Its price did not pass the check.</summary>
    NotBelieved,

    /// <summary>The miner's own storage.</summary>
    Storage,
}
