using System.Globalization;
using Bittbridge.Bittensor.Keys;

namespace Bittbridge.Bittensor.Authentication;

/// <summary>Signs as a caller of v10, like the SDK's dendrite: for tools and tests, which play a validator.</summary>
/// <param name="caller">The key that signs.</param>
/// <param name="session">The dendrite's uuid, the same for its whole life.</param>
public sealed class V10Signer(HotkeyPair caller, string session)
{
    /// <summary>The claimed SDK version, 10.3.0.</summary>
    private const string SdkVersion = "10003000";

    /// <summary>The headers of one request, in the SDK's order.</summary>
    /// <param name="synapse">The synapse's name: <c>Challenge</c> or <c>Synapse</c>.</param>
    /// <param name="miner">The miner's address.</param>
    /// <param name="address">The miner's IPv4 address on the chain.</param>
    /// <param name="port">The miner's port.</param>
    /// <param name="nonce">The current time, Unix nanoseconds.</param>
    /// <param name="timeout">How long the caller waits.</param>
    public IReadOnlyList<KeyValuePair<string, string>> Sign(
        string synapse,
        Ss58Address miner,
        string address,
        int port,
        long nonce,
        TimeSpan timeout
    )
    {
        var hotkey = caller.Address.ToString();
        var nonceText = nonce.ToString(CultureInfo.InvariantCulture);
        Span<byte> message = stackalloc byte[V10Format.MaxMessageBytes];
        message = message[..V10Format.WriteMessage(nonceText, hotkey, miner.ToString(), session, message)];
        return
        [
            new(HeaderNames.Synapse, synapse),
            new(HeaderNames.Timeout, timeout.TotalSeconds.ToString("0.0##", CultureInfo.InvariantCulture)),
            new(HeaderNames.AxonIp, address),
            new(HeaderNames.AxonPort, port.ToString(CultureInfo.InvariantCulture)),
            new(HeaderNames.AxonHotkey, miner.ToString()),
            new(HeaderNames.DendriteIp, "127.0.0.1"),
            new(HeaderNames.DendriteVersion, SdkVersion),
            new(HeaderNames.DendriteNonce, nonceText),
            new(HeaderNames.DendriteUuid, session),
            new(HeaderNames.DendriteHotkey, hotkey),
            new(HeaderNames.DendriteSignature, "0x" + Convert.ToHexStringLower(caller.Sign(message))),
            new("bt_header_input_obj_timestamp", "IiI="),
            new("header_size", "0"),
            new("total_size", "0"),
            new(HeaderNames.BodyHash, V10Format.EmptyBodyHash),
        ];
    }
}
