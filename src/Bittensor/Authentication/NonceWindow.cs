namespace Bittbridge.Bittensor.Authentication;

/// <summary>The nonces that a format accepts as fresh. Times are Unix nanoseconds.</summary>
/// <param name="After">A fresh nonce is later than this.</param>
/// <param name="Before">A fresh nonce is earlier than this.</param>
public readonly record struct NonceWindow(long After, long Before)
{
    /// <summary>The longest timeout that widens a caller's window; a longer one is reduced to it.</summary>
    public static readonly TimeSpan MaxTimeout = TimeSpan.FromSeconds(60);

    /// <summary>The timeout of a request without one: the SDK's default.</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(12);

    /// <summary>How long after its own time a nonce can still be fresh at most: in v10, with the longest timeout.</summary>
    public static readonly TimeSpan MaxAge = MaxTimeout + TimeSpan.FromTicks(V10Past / TimeSpan.NanosecondsPerTick);

    private const long Second = 1_000_000_000;
    private const long V10Past = 4 * Second;
    private const long V10Future = 15 * Second;
    private const long BtAuthPast = 10 * Second;
    private const long BtAuthFuture = 2 * Second;

    public bool Holds(long nonce) => nonce > After && nonce < Before;

    /// <summary>
    /// now - 4 s - timeout to now + 15 s: the SDK's window into the past, and an allowance for clocks that are some seconds off.
    /// </summary>
    internal static NonceWindow ForV10(long now, TimeSpan timeout) => new(now - V10Past - UnixNanoseconds.Of(timeout), now + V10Future);

    /// <summary>10 s back and 2 s ahead, both included [signed-requests.mdx].</summary>
    internal static NonceWindow ForBtAuth(long now) => new(now - BtAuthPast - 1, now + BtAuthFuture + 1);

    /// <summary>
    /// The last moment at which a nonce may still be fresh, whatever timeout a replay claims: v10 does not sign the timeout, so a replay
    /// may claim the longest one.
    /// </summary>
    internal static long LastMoment(WireFormat format, long nonce) =>
        nonce + (format == WireFormat.V10 ? UnixNanoseconds.Of(MaxAge) : BtAuthPast);
}
