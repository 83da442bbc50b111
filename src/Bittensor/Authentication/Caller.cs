using Bittbridge.Bittensor.Keys;

namespace Bittbridge.Bittensor.Authentication;

/// <summary>The verified signer of a request. Access and replay are not checked yet.</summary>
/// <param name="Hotkey">The caller's address, always in format 42.</param>
/// <param name="Receiver">The miner that the request is bound to and that verified it.</param>
/// <param name="Format">The wire format of the signature.</param>
/// <param name="Session">The caller's session, at most <see cref="MaxSessionLetters"/> arbitrary characters; empty in <c>btauth/1</c>,
/// which has none.</param>
/// <param name="Nonce">When it signed, by its own clock: Unix nanoseconds, above zero.</param>
/// <param name="NonceWindow">The window that accepted the nonce.</param>
/// <param name="Timeout">How long it claims to wait for the answer, 0 to 60 s; 12 s when the request does not say. Not signed in
/// v10.</param>
public sealed record Caller(
    Ss58Address Hotkey,
    PublicKey Receiver,
    WireFormat Format,
    string Session,
    long Nonce,
    NonceWindow NonceWindow,
    TimeSpan Timeout
)
{
    /// <summary>The maximum length of a session, in UTF-16 characters.</summary>
    public const int MaxSessionLetters = 256;

    /// <summary>
    /// How long the nonce must be remembered: after this moment, Unix nanoseconds, every instance considers it stale, whatever timeout a
    /// replay claims.
    /// </summary>
    public long ReplayableUntil => NonceWindow.LastMoment(Format, Nonce);
}
