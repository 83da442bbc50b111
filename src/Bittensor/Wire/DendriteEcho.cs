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

    /// <summary>Reads the echo with a function that returns a header's single value, or null.</summary>
    public static DendriteEcho From(Func<string, string?> header)
    {
        ArgumentNullException.ThrowIfNull(header);
        return new()
        {
            Ip = Plain(header(HeaderNames.DendriteIp)),
            Version = Plain(header(HeaderNames.DendriteVersion)),
            Nonce = Plain(header(HeaderNames.DendriteNonce)),
            Uuid = Plain(header(HeaderNames.DendriteUuid)),
            Hotkey = Plain(header(HeaderNames.DendriteHotkey)),
            Signature = Plain(header(HeaderNames.DendriteSignature)),
            AxonIp = Plain(header(HeaderNames.AxonIp)),
            AxonPort = Plain(header(HeaderNames.AxonPort)),
            AxonHotkey = Plain(header(HeaderNames.AxonHotkey)),
            Timeout = Plain(header(HeaderNames.Timeout)),
        };
    }

    private static string? Plain(string? value) =>
        value is { Length: > 0 and <= MaxValueLength } && value.All(c => c is > ' ' and < '\x7f') ? value : null;
}
