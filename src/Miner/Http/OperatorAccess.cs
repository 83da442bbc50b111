using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Bittbridge.Miner.Configuration;
using Microsoft.AspNetCore.Http;

namespace Bittbridge.Miner.Http;

/// <summary>
/// Decides whether a caller is the operator, on a head that callers reach directly: a program on this machine, or a caller that sends the
/// token of the setting <c>Operator:Token</c>. Behind the Functions host every caller has the host's address, so the function key decides.
/// </summary>
internal sealed class OperatorAccess(MinerSettings settings)
{
    /// <summary>The minimum length of a token.</summary>
    public const int MinTokenLength = 32;

    private const int MaxHeaderLength = 8192;

    /// <summary>Parts of the names of headers that proxies add: a request with such a header may come from anywhere.</summary>
    private static readonly string[] ProxyMarks =
    [
        "forward",
        "proxy",
        "original",
        "client-ip",
        "real-ip",
        "connecting-ip",
        "user-ip",
        "remote-",
        "envoy",
        "cdn-loop",
        "tunnel",
        "tailscale",
        "x-azure",
        "x-arr-",
        "x-amz",
    ];

    private readonly byte[]? _token = settings.OperatorToken is { } token ? SHA256.HashData(Encoding.UTF8.GetBytes(token)) : null;

    public bool Allows(HttpContext context)
    {
        return HasToken(context.Request) || IsFromThisMachine(context);
    }

    // Hashes have one length, so the duration of the comparison reveals nothing about the token.
    private bool HasToken(HttpRequest request) =>
        _token is not null
        && request.Headers.Authorization is [{ } text]
        && AuthenticationHeaderValue.TryParse(text, out var given)
        && Given(given) is { } presented
        && CryptographicOperations.FixedTimeEquals(SHA256.HashData(presented), _token);

    /// <summary>The token that was sent: as a bearer token by a program, or as the password under any name by a browser.</summary>
    private static byte[]? Given(AuthenticationHeaderValue header)
    {
        if (string.Equals(header.Scheme, "Bearer", StringComparison.OrdinalIgnoreCase))
        {
            return header.Parameter is { } token ? Encoding.UTF8.GetBytes(token) : null;
        }

        var bytes = new byte[MaxHeaderLength];
        return
            string.Equals(header.Scheme, "Basic", StringComparison.OrdinalIgnoreCase)
            && Convert.TryFromBase64String(header.Parameter ?? "", bytes, out var length)
            && bytes.AsSpan(0, length).IndexOf((byte)':') is >= 0 and var colon
            ? bytes[(colon + 1)..length]
            : null;
    }

    /// <summary>
    /// A proxy on this machine also calls from the loopback. It is recognized by a header that it adds, by the public name in Host, or by
    /// HTTP/1.0, which older versions of nginx use by default. A proxy that does none of this can't be recognized.
    /// </summary>
    private static bool IsFromThisMachine(HttpContext context) =>
        IsLoopback(context.Connection.RemoteIpAddress)
        && IsLoopbackName(context.Request.Host.Host)
        && !HttpProtocol.IsHttp10(context.Request.Protocol)
        && !context.Request.Headers.Any(header => IsFromAProxy(header.Key));

    private static bool IsLoopback(IPAddress? address) =>
        address is not null && IPAddress.IsLoopback(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address);

    private static bool IsLoopbackName(string host) =>
        string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host, out var address) && IsLoopback(address));

    private static bool IsFromAProxy(string header)
    {
        var name = header.Replace('_', '-');
        return string.Equals(name, "Via", StringComparison.OrdinalIgnoreCase)
            || name.StartsWith("CF-", StringComparison.OrdinalIgnoreCase)
            || ProxyMarks.Any(part => name.Contains(part, StringComparison.OrdinalIgnoreCase));
    }
}
