namespace Bittbridge.Bittensor.Authentication;

/// <summary>The headers that identify the caller, in both formats.</summary>
public static class HeaderNames
{
    public const string Timeout = "timeout";
    public const string BodyHash = "computed_body_hash";
    public const string DendriteVersion = "bt_header_dendrite_version";
    public const string DendriteNonce = "bt_header_dendrite_nonce";
    public const string DendriteUuid = "bt_header_dendrite_uuid";
    public const string DendriteHotkey = "bt_header_dendrite_hotkey";
    public const string DendriteSignature = "bt_header_dendrite_signature";

    public const string BtAuthVersion = "X-Bittensor-Version";
    public const string BtAuthHotkey = "X-Bittensor-Hotkey";
    public const string BtAuthReceiver = "X-Bittensor-Receiver";
    public const string BtAuthNonce = "X-Bittensor-Nonce";
    public const string BtAuthCrypto = "X-Bittensor-Crypto";
    public const string BtAuthSignature = "X-Bittensor-Signature";

    /// <summary>The headers that <c>btauth/1</c> reads.</summary>
    internal static readonly string[] BtAuth = [BtAuthVersion, BtAuthHotkey, BtAuthReceiver, BtAuthNonce, BtAuthCrypto, BtAuthSignature];

    /// <summary>The headers that v10 reads.</summary>
    internal static readonly string[] V10 =
    [
        Timeout,
        BodyHash,
        DendriteVersion,
        DendriteNonce,
        DendriteUuid,
        DendriteHotkey,
        DendriteSignature,
    ];
}
