using Bittbridge.Bittensor.Keys;

namespace Bittbridge.Bittensor.Authentication;

/// <summary>Who signed a request, verified. Nothing is said yet of whether it may call or whether the request came before.</summary>
/// <param name="Hotkey">The caller's address, always in format 42.</param>
/// <param name="Receiver">Whom the request is bound to: the miner that verified it.</param>
/// <param name="Format">How it signed.</param>
/// <param name="Session">The caller's session, at most <see cref="MaxSessionLetters"/> characters, any characters; empty in
/// <c>btauth/1</c>, which has none.</param>
/// <param name="Nonce">When it signed, by its own clock: Unix nanoseconds, above zero.</param>
/// <param name="NonceWindow">The window in which the nonce was found.</param>
/// <param name="Timeout">How long it says it waits for the answer, 0 to 60 s; 12 s where it does not say. In v10 no part of what is
/// signed.</param>
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
    /// <summary>The longest session, in UTF-16 characters.</summary>
    public const int MaxSessionLetters = 256;

    /// <summary>
    /// Until when the nonce must be remembered as taken: past this moment, Unix nanoseconds, it is stale to every instance, whatever is
    /// claimed.
    /// </summary>
    public long ReplayableUntil => NonceWindow.LastMoment(Format, Nonce);
}
