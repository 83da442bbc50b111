namespace Bittbridge.Bittensor.Authentication;

/// <summary>The headers of a request that the protocol knows, each looked up once.</summary>
public sealed class RequestHeaders
{
    /// <param name="lookup">Finds a header by its name.</param>
    public RequestHeaders(HeaderLookup lookup)
    {
        ArgumentNullException.ThrowIfNull(lookup);
        Timeout = Read(HeaderNames.Timeout);
        BodyHash = Read(HeaderNames.BodyHash);
        AxonIp = Read(HeaderNames.AxonIp);
        AxonPort = Read(HeaderNames.AxonPort);
        AxonHotkey = Read(HeaderNames.AxonHotkey);
        DendriteIp = Read(HeaderNames.DendriteIp);
        DendriteVersion = Read(HeaderNames.DendriteVersion);
        DendriteNonce = Read(HeaderNames.DendriteNonce);
        DendriteUuid = Read(HeaderNames.DendriteUuid);
        DendriteHotkey = Read(HeaderNames.DendriteHotkey);
        DendriteSignature = Read(HeaderNames.DendriteSignature);
        BtAuthVersion = Read(HeaderNames.BtAuthVersion);
        BtAuthHotkey = Read(HeaderNames.BtAuthHotkey);
        BtAuthReceiver = Read(HeaderNames.BtAuthReceiver);
        BtAuthNonce = Read(HeaderNames.BtAuthNonce);
        BtAuthCrypto = Read(HeaderNames.BtAuthCrypto);
        BtAuthSignature = Read(HeaderNames.BtAuthSignature);

        ReceivedHeader Read(string name)
        {
            var values = lookup(name);
            return new(name, values.Count > 0 ? values[0] : null, values.Count);
        }
    }

    /// <summary>The format that the request claims, before anything is verified; null for one that claims none.</summary>
    public WireFormat? Format =>
        (BtAuthVersion.Count + BtAuthHotkey.Count + BtAuthReceiver.Count + BtAuthNonce.Count + BtAuthCrypto.Count + BtAuthSignature.Count)
        > 0
            ? WireFormat.BtAuth1
        : DendriteHotkey.Count > 0 ? WireFormat.V10
        : null;

    internal ReceivedHeader Timeout { get; }

    internal ReceivedHeader BodyHash { get; }

    internal ReceivedHeader AxonIp { get; }

    internal ReceivedHeader AxonPort { get; }

    internal ReceivedHeader AxonHotkey { get; }

    internal ReceivedHeader DendriteIp { get; }

    internal ReceivedHeader DendriteVersion { get; }

    internal ReceivedHeader DendriteNonce { get; }

    internal ReceivedHeader DendriteUuid { get; }

    internal ReceivedHeader DendriteHotkey { get; }

    internal ReceivedHeader DendriteSignature { get; }

    internal ReceivedHeader BtAuthVersion { get; }

    internal ReceivedHeader BtAuthHotkey { get; }

    internal ReceivedHeader BtAuthReceiver { get; }

    internal ReceivedHeader BtAuthNonce { get; }

    internal ReceivedHeader BtAuthCrypto { get; }

    internal ReceivedHeader BtAuthSignature { get; }

    /// <summary>A refusal when one of the headers that v10 reads came more than once.</summary>
    internal Refusal? RefuseDuplicatesOfV10() =>
        RefuseDuplicates(Timeout, BodyHash, DendriteVersion, DendriteNonce, DendriteUuid, DendriteHotkey, DendriteSignature);

    /// <summary>The same for the headers of <c>btauth/1</c>.</summary>
    internal Refusal? RefuseDuplicatesOfBtAuth() =>
        RefuseDuplicates(BtAuthVersion, BtAuthHotkey, BtAuthReceiver, BtAuthNonce, BtAuthCrypto, BtAuthSignature);

    // It would be unclear which one counts.
    private static Refusal? RefuseDuplicates(params ReadOnlySpan<ReceivedHeader> headers)
    {
        foreach (var header in headers)
        {
            if (header.Count > 1)
            {
                return Refusal.Malformed($"The header {header.Name} came more than once.");
            }
        }

        return null;
    }
}

/// <summary>A header as received.</summary>
/// <param name="Name">Its name.</param>
/// <param name="First">Its first value; null when it is missing.</param>
/// <param name="Count">How many values it has.</param>
internal readonly record struct ReceivedHeader(string Name, string? First, int Count)
{
    /// <summary>The value; null when the header is missing or empty.</summary>
    public string? Text => string.IsNullOrEmpty(First) ? null : First;

    /// <summary>The value of a header that came once; null otherwise.</summary>
    public string? Alone => Count == 1 ? First : null;
}
