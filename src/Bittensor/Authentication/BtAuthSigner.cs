using System.Globalization;
using Bittbridge.Bittensor.Keys;

namespace Bittbridge.Bittensor.Authentication;

/// <summary>
/// Signs as a caller of <c>btauth/1</c>, like SDK 11's <c>http_auth</c>: for tools and tests, which play a validator.
/// </summary>
/// <param name="caller">The key that signs.</param>
public sealed class BtAuthSigner(HotkeyPair caller)
{
    /// <summary>The headers of one request.</summary>
    /// <param name="method">The HTTP method, in upper case.</param>
    /// <param name="target">The request target exactly as it will be sent.</param>
    /// <param name="body">The body exactly as it will be sent.</param>
    /// <param name="miner">The miner's address.</param>
    /// <param name="nonce">The current time, Unix nanoseconds.</param>
    public IReadOnlyList<KeyValuePair<string, string>> Sign(
        string method,
        string target,
        ReadOnlySpan<byte> body,
        Ss58Address miner,
        long nonce
    )
    {
        var hotkey = caller.Address.ToString();
        var nonceText = nonce.ToString(CultureInfo.InvariantCulture);
        var message = BtAuthFormat.Message(BtAuthFormat.Sr25519Scheme, method, target, body, nonceText, hotkey, miner.ToString());
        return
        [
            new(HeaderNames.BtAuthVersion, BtAuthFormat.Version),
            new(HeaderNames.BtAuthHotkey, hotkey),
            new(HeaderNames.BtAuthNonce, nonceText),
            new(HeaderNames.BtAuthSignature, "0x" + Convert.ToHexStringLower(caller.Sign(message))),
            new(HeaderNames.BtAuthReceiver, miner.ToString()),
        ];
    }
}
