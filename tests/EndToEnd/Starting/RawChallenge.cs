using System.Globalization;
using System.Text;
using Bittbridge.Bittensor.Authentication;
using Bittbridge.Bittensor.Keys;
using Bittbridge.Bittensor.Wire;

namespace Bittbridge.EndToEnd.Tests.Starting;

/// <summary>A challenge as the bytes of a connection, signed for a minute.</summary>
internal static class RawChallenge
{
    /// <summary>The headers that sign a challenge, with a nonce of its own.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Signed(string name)
    {
        using var pair = DevelopmentKey.Derive(name);
        var nonce = UnixNanoseconds.Of(TimeProvider.System.GetUtcNow());
        return new V10Signer(pair, Guid.NewGuid().ToString()).Sign(
            SynapseNames.Challenge,
            SelfHostProcess.Hotkey,
            "127.0.0.1",
            8091,
            nonce,
            TimeSpan.FromSeconds(60)
        );
    }

    /// <summary>The lines before the body, without an end.</summary>
    public static List<string> Head(IEnumerable<KeyValuePair<string, string>> headers, string body) =>
        [
            "POST /Challenge HTTP/1.1",
            "Host: miner",
            "Content-Type: application/json",
            .. headers.Select(header => $"{header.Key}: {header.Value}"),
            string.Create(CultureInfo.InvariantCulture, $"Content-Length: {Encoding.UTF8.GetByteCount(body)}"),
        ];

    /// <summary>The whole request.</summary>
    public static byte[] Bytes(IEnumerable<KeyValuePair<string, string>> headers)
    {
        var body = Body();
        return Encoding.UTF8.GetBytes($"{string.Join("\r\n", Head(headers, body))}\r\n\r\n{body}");
    }

    public static string Body() => Dendrite.BodyAt(TimeProvider.System.GetUtcNow());
}
