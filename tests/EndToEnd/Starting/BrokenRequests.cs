using System.Globalization;
using System.Text;
using Bittbridge.Testing;

namespace Bittbridge.EndToEnd.Tests.Starting;

/// <summary>
/// Spoils valid signed challenges in the ways in which HTTP can be wrong. The seed determines what is done; the signed fields differ from
/// run to run.
/// </summary>
internal sealed class BrokenRequests(int seed)
{
    /// <summary>The token of the miner that gets these requests.</summary>
    public const string OperatorToken = "a-token-that-is-long-enough-for-an-operator";

    private static readonly string[] Lengths =
    [
        "-1",
        "-0",
        "+5",
        "0",
        "1",
        "00000000000000000005",
        "0x10",
        "1e3",
        "5.0",
        "5, 5",
        "5 5",
        "16385",
        "2147483648",
        "9223372036854775807",
        "9223372036854775808",
        "18446744073709551616",
        "99999999999999999999999999",
        "five",
        "",
        "\u00a05",
    ];

    private static readonly string[] Codings =
    [
        "chunked",
        "Chunked",
        " chunked ",
        "gzip, chunked",
        "chunked, gzip",
        "chunked, chunked",
        "identity",
        "chunked;q=1",
        "xchunked",
        "",
    ];

    private static readonly string[] Chunks =
    [
        "0\r\n\r\n",
        "5\r\nhello\r\n0\r\n\r\n",
        "5;name=\"value\"\r\nhello\r\n0\r\nTrailer: x\r\n\r\n",
        "5 \r\nhello\r\n0\r\n\r\n",
        "0x5\r\nhello\r\n0\r\n\r\n",
        "+5\r\nhello\r\n0\r\n\r\n",
        "-5\r\nhello\r\n0\r\n\r\n",
        "5\nhello\n0\n\n",
        "5\r\nhello0\r\n\r\n",
        "5\r\nhell",
        "ffffffff\r\nhello\r\n0\r\n\r\n",
        "ffffffffffffffff\r\nhello\r\n0\r\n\r\n",
        "7fffffffffffffff\r\nhello\r\n",
        "10000000000000000000000\r\nhello\r\n",
        "\r\n",
        "",
        "zz\r\nhello\r\n0\r\n\r\n",
        "5\r\nhello\r\n0\r\n: x\r\n\r\n",
    ];

    private static readonly string[] RequestLines =
    [
        "GET /Challenge HTTP/1.1",
        "POST /challenge HTTP/1.1",
        "POST /Challenge/ HTTP/1.1",
        "POST /Challenge?x=%00%ff%zz HTTP/1.1",
        "POST /%43hallenge HTTP/1.1",
        "POST /Synapse HTTP/1.1",
        "POST http://miner/Challenge HTTP/1.1",
        "POST http://[::1 HTTP/1.1",
        "POST //Challenge HTTP/1.1",
        "POST /../Challenge HTTP/1.1",
        "POST \\Challenge HTTP/1.1",
        "POST Challenge HTTP/1.1",
        "POST * HTTP/1.1",
        "OPTIONS * HTTP/1.1",
        "CONNECT miner:80 HTTP/1.1",
        "TRACE /Challenge HTTP/1.1",
        "HEAD /health/ready HTTP/1.1",
        "GET /health/details HTTP/1.1",
        "GET /api/track-record?from=%F0%9F%98%80&slots=%00 HTTP/1.1",
        "GET /openapi.json HTTP/1.1",
        "GET /dashboard HTTP/1.1",
        "GET /api/dashboard HTTP/1.1",
        "GET /public HTTP/1.1",
        "GET /public/data HTTP/1.1",
        "GET /metrics HTTP/1.1",
        "POST /Challenge HTTP/1.0",
        "POST /Challenge HTTP/1.2",
        "POST /Challenge HTTP/2.0",
        "POST /Challenge HTTP/9",
        "POST /Challenge",
        "POST  /Challenge HTTP/1.1",
        " POST /Challenge HTTP/1.1",
        "POST\t/Challenge\tHTTP/1.1",
        "post /Challenge HTTP/1.1",
        "P\u00d6ST /Challenge HTTP/1.1",
        "",
    ];

    private static readonly string[] Headers =
    [
        "Expect: 100-continue",
        "Expect: the-moon",
        "Connection: close",
        "Connection: keep-alive, Upgrade",
        "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA",
        "Upgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13",
        "Host: other",
        "Host: ",
        "Host: a b",
        "Host: [::1",
        "Content-Encoding: gzip",
        "Content-Type: multipart/form-data; boundary=x",
        "Content-Type: application/json; charset=utf-7",
        "Transfer-Encoding: chunked",
        "X-Forwarded-For: 127.0.0.1",
        "Authorization: Bearer ",
        $"Authorization: Bearer {OperatorToken}",
        $"Authorization: bearer {OperatorToken}, Basic x",
        $"Authorization: Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"operator:{OperatorToken}"))}",
        "Authorization: Basic " + new string('A', 12_000),
        "Authorization: Basic =",
        "X-Real-IP: 203.0.113.9",
        "Cookie: " + "a=b; a=b; a=b",
        "If-None-Match: \"",
        "Range: bytes=0-18446744073709551615",
        "Accept: */*;q=2",
        "Accept-Encoding: gzip;q=NaN",
        "timeout: 1e999",
        "timeout: -1",
        "name: Challenge",
        "bt_header_dendrite_nonce: 1",
        "bt_header_dendrite_hotkey: 5",
        "X-Bittensor-Version: 1",
        ": no name",
        "no colon",
        "space : before the colon",
        "\u00fc: not a token",
        "empty:",
    ];

    private static readonly string[] Splits = ["\r\n ", "\r\n\t", "\r", "\n", "\0", "\r\n", "\r\r\n", "\n\n", "\r\n\r\n", "\u0085", "\x7f"];

    private static readonly byte[][] NotText =
    [
        [0xff, 0xfe],
        [0xc3, 0x28],
        [0xed, 0xa0, 0x80],
        [0xf0, 0x9f],
        [0xc0, 0xaf],
        [0x80],
    ];

    private static readonly byte[][] OtherProtocols =
    [
        [0x16, 3, 1, 0, 5, 1, 0, 0, 1, 0],
        [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, 0, 0, 0, 4, 0, 0, 0, 0, 0],
        [.. "SSH-2.0-x\r\n"u8],
        [.. "\r\n\r\n\r\n\r\n"u8],
        [],
        [0],
        [4, 1, 0, 80, 0, 0, 0, 1, 0],
        [.. "PROXY TCP4 127.0.0.1 127.0.0.1 1 2\r\n"u8],
    ];

#pragma warning disable CA5394 // The same mistakes for the same seed are wanted here.
    private readonly Random _random = new(seed);

    /// <summary>The next request, and the bytes of what was sent before it.</summary>
    public byte[] Next()
    {
        var body = RawChallenge.Body();
        List<string> head = RawChallenge.Head(RawChallenge.Signed("//Alice"), body);
        head.Insert(1, "Connection: close");
        var bytes = _random.Next(13) switch
        {
            0 => Whole(head, body),
            1 => Whole(WithLength(head, Pick(Lengths)), body),
            2 => Whole([.. head, $"Content-Length: {Pick(Lengths)}"], body),
            3 => Whole([.. _random.Next(2) == 0 ? head : head[..^1], $"Transfer-Encoding: {Pick(Codings)}"], Chunked()),
            4 => Split(Whole(head, body)),
            5 => Whole(Oversized(head), body),
            6 => Large(head, body),
            7 => Pipelined(),
            8 => Insert(Whole(head, body), Pick(NotText)),
            9 => Whole([Pick(RequestLines), .. Picked(_random.Next(3)), .. head[1..]], body),
            10 => Whole([head[0], .. Picked(_random.Next(1, 5)), .. head[1..]], body),
            11 => Pick(OtherProtocols),
            _ => Whole(head, body)[.._random.Next(800)],
        };
        return _random.Next(3) == 0 ? ParserFuzzing.Mutate(bytes, [Whole(head, body)], _random) : bytes;
    }

    private static byte[] Whole(IEnumerable<string> head, string body) =>
        Encoding.Latin1.GetBytes($"{string.Join("\r\n", head)}\r\n\r\n{body}");

    private static IEnumerable<string> WithLength(List<string> head, string length) => [.. head[..^1], $"Content-Length: {length}"];

    private IEnumerable<string> Picked(int headers) => Enumerable.Range(0, headers).Select(_ => Pick(Headers));

    private string Chunked() => string.Concat(Enumerable.Range(0, _random.Next(1, 4)).Select(_ => Pick(Chunks)));

    private byte[] Split(byte[] request)
    {
        for (var times = _random.Next(1, 4); times > 0; times--)
        {
            request = Insert(request, Encoding.Latin1.GetBytes(Pick(Splits)));
        }

        return request;
    }

    private byte[] Insert(byte[] request, byte[] part)
    {
        var at = _random.Next(request.Length + 1);
        return [.. request[..at], .. part, .. request[at..]];
    }

    private IEnumerable<string> Oversized(List<string> head) =>
        _random.Next(3) switch
        {
            0 => [.. head, $"X-Long: {new string('x', _random.Next(8_000, 40_000))}"],
            1 => [.. head, .. Enumerable.Range(0, _random.Next(60, 300)).Select(i => $"X-{i}: {i}")],
            _ => [$"POST /Challenge?{new string('x', _random.Next(8_000, 40_000))} HTTP/1.1", .. head[1..]],
        };

    private byte[] Large(List<string> head, string body)
    {
        var padded = body + new string(' ', _random.Next(14_000, 200_000));
        return _random.Next(2) == 0
            ? Whole(WithLength(head, padded.Length.ToString(CultureInfo.InvariantCulture)), padded)
            : Whole([.. head[..^1], "Transfer-Encoding: chunked"], $"{padded.Length:x}\r\n{padded}\r\n0\r\n\r\n");
    }

    private byte[] Pipelined()
    {
        var requests = Enumerable.Range(0, _random.Next(2, 7)).Select(_ => RawChallenge.Bytes(RawChallenge.Signed("//Alice")));
        return
        [
            .. requests.SelectMany(request => _random.Next(4) == 0 ? [.. request, .. Encoding.Latin1.GetBytes(Pick(Splits))] : request),
        ];
    }

    private T Pick<T>(T[] from) => from[_random.Next(from.Length)];
#pragma warning restore CA5394
}
