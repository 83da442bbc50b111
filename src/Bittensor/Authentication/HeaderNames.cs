namespace Bittbridge.Bittensor.Authentication;

/// <summary>The headers of requests and answers: of both formats, and of this miner alone.</summary>
public static class HeaderNames
{
    public const string Synapse = "name";
    public const string Timeout = "timeout";
    public const string BodyHash = "computed_body_hash";

    /// <summary>How the names of all headers begin that a v10 miner writes about itself.</summary>
    public const string AxonPrefix = "bt_header_axon_";

    public const string AxonIp = AxonPrefix + "ip";
    public const string AxonPort = AxonPrefix + "port";
    public const string AxonHotkey = AxonPrefix + "hotkey";
    public const string AxonVersion = AxonPrefix + "version";
    public const string AxonNonce = AxonPrefix + "nonce";
    public const string AxonUuid = AxonPrefix + "uuid";
    public const string AxonStatusCode = AxonPrefix + "status_code";
    public const string AxonStatusMessage = AxonPrefix + "status_message";
    public const string AxonProcessTime = AxonPrefix + "process_time";

    public const string DendriteIp = "bt_header_dendrite_ip";
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

    /// <summary>Name and version of the model that answered; no SDK reads it.</summary>
    public const string Model = "x-bittbridge-model";

    /// <summary>The source of the prices behind the answer; no SDK reads it.</summary>
    public const string PriceSource = "x-bittbridge-price-source";
}
