using Bittbridge.Bittensor.Authentication;

namespace Bittbridge.Bittensor.Wire;

/// <summary>
/// The values of a v10 request's headers that the answer repeats, as text. A value that is not allowed in a header is left out.
/// </summary>
public sealed record DendriteEcho
{
    private const int MaxValueLength = 512;

    /// <summary>Nothing is echoed.</summary>
    public static DendriteEcho None { get; } = new();

    public string? Ip { get; init; }

    public string? Version { get; init; }

    public string? Nonce { get; init; }

    public string? Uuid { get; init; }

    public string? Hotkey { get; init; }

    public string? Signature { get; init; }

    public string? AxonIp { get; init; }

    public string? AxonPort { get; init; }

    public string? AxonHotkey { get; init; }

    /// <summary>The caller's timeout in seconds, as it wrote it.</summary>
    public string? Timeout { get; init; }

    /// <summary>Reads the echo from a request's headers; one that came more than once is left out.</summary>
    public static DendriteEcho From(RequestHeaders headers)
    {
        ArgumentNullException.ThrowIfNull(headers);
        return new()
        {
            Ip = Plain(headers.DendriteIp.Alone),
            Version = Plain(headers.DendriteVersion.Alone),
            Nonce = Plain(headers.DendriteNonce.Alone),
            Uuid = Plain(headers.DendriteUuid.Alone),
            Hotkey = Plain(headers.DendriteHotkey.Alone),
            Signature = Plain(headers.DendriteSignature.Alone),
            AxonIp = Plain(headers.AxonIp.Alone),
            AxonPort = Plain(headers.AxonPort.Alone),
            AxonHotkey = Plain(headers.AxonHotkey.Alone),
            Timeout = Plain(headers.Timeout.Alone),
        };
    }

    private static string? Plain(string? value) =>
        value is { Length: > 0 and <= MaxValueLength } && value.All(c => c is > ' ' and < '\x7f') ? value : null;
}
