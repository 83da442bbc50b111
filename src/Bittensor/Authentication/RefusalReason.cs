namespace Bittbridge.Bittensor.Authentication;

/// <summary>Why a request is refused, as a value: what metrics count by. The message is for the caller.</summary>
public enum RefusalReason
{
    /// <summary>A header or the body can't be read as what it should be.</summary>
    Malformed,

    /// <summary>The body is too large.</summary>
    TooLarge,

    /// <summary>The body took too long to arrive.</summary>
    SlowBody,

    /// <summary>No route has this path.</summary>
    NotFound,

    /// <summary>The route exists, with another method.</summary>
    MethodNotAllowed,

    /// <summary>The route is the operator's.</summary>
    OperatorOnly,

    /// <summary>The hotkey, the nonce, the session or the signature is missing.</summary>
    NotSigned,

    /// <summary>The caller's SDK is too old to prove that a request is fresh.</summary>
    OutdatedSdk,

    /// <summary>The hotkey signs with another scheme.</summary>
    WrongScheme,

    /// <summary>The request is bound to another miner.</summary>
    WrongReceiver,

    /// <summary>The nonce is outside the time window, or from before this process can tell.</summary>
    Stale,

    /// <summary>The signature does not belong to the request and the hotkey.</summary>
    BadSignature,

    /// <summary>The request was answered before.</summary>
    Replayed,

    /// <summary>The nonce store can't tell whether the request was answered before.</summary>
    NonceStoreUnavailable,

    /// <summary>The hotkey is not registered in the subnet.</summary>
    NotRegistered,

    /// <summary>The hotkey is registered and has no validator permit.</summary>
    NoPermit,

    /// <summary>No list of the subnet is known.</summary>
    ValidatorsUnknown,

    /// <summary>The caller asks too often.</summary>
    RateLimited,

    /// <summary>Too many other requests are being processed.</summary>
    Busy,

    /// <summary>The timestamp is off by so little that a clock must be wrong.</summary>
    WrongTime,

    /// <summary>The timestamp belongs to another task.</summary>
    OtherTask,

    /// <summary>The miner failed unexpectedly.</summary>
    Unexpected,
}
