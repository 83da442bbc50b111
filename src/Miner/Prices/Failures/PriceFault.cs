namespace Bittbridge.Miner.Prices.Failures;

/// <summary>
/// Why a poll returned no price. It determines the remedy, so it depends on the content of the answer and not only on the status. Stored by
/// name.
/// </summary>
public enum PriceFault
{
    /// <summary>A fault that another version of the miner stored.</summary>
    Unknown,

    /// <summary>The connection failed, was not established in time, or broke.</summary>
    Unreachable,

    /// <summary>No complete answer arrived in time.</summary>
    TimedOut,

    /// <summary>The connection broke in the middle of an answer.</summary>
    BrokeOff,

    /// <summary>The circuit is open after repeated failures, so the source was not called.</summary>
    NotAsked,

    /// <summary>Too many calls from this IP address, without a key.</summary>
    TooManyCalls,

    /// <summary>Too many calls with this key.</summary>
    TooManyCallsOfKey,

    /// <summary>The source requires a key.</summary>
    KeyMissing,

    /// <summary>The source does not know the key.</summary>
    KeyInvalid,

    /// <summary>A demo key at the host of pro keys.</summary>
    DemoKeyAtProHost,

    /// <summary>A pro key at the public host.</summary>
    ProKeyAtPublicHost,

    /// <summary>The key's plan does not include the endpoint.</summary>
    PlanTooSmall,

    /// <summary>The source blocks this machine's IP address.</summary>
    AddressBlocked,

    /// <summary>The source answers with a redirect.</summary>
    Redirected,

    /// <summary>The source has no such path or coin.</summary>
    NotFound,

    /// <summary>A server error of the source.</summary>
    ServerTrouble,

    /// <summary>Refused for another reason.</summary>
    Refused,

    /// <summary>Not JSON, or not the JSON that is documented.</summary>
    NotTheApi,

    /// <summary>The answer has no price in CNY.</summary>
    NoPrice,

    /// <summary>The newest price of the source is old.</summary>
    Stale,

    /// <summary>The price did not pass validation.</summary>
    NotBelieved,

    /// <summary>The miner's own storage failed.</summary>
    Storage,
}
