using System.Net.Sockets;
using System.Text;
using Bittbridge.Gateway.Tests.Running;
using Bittbridge.Gateway.Tests.Wire;

namespace Bittbridge.Gateway.Tests;

/// <summary>
/// Requests that two servers might read differently: none becomes two requests to the app, and what does reach it can be read in one way
/// only.
/// </summary>
public sealed class FramingTests
{
    // The second request, which a server that reads the first one differently would take for one.
    private const string Smuggled = "POST /Challenge?smuggled HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n";

    [Theory]
    [InlineData("a length and chunks", "Content-Length: 5\r\nTransfer-Encoding: chunked", "0\r\n\r\n")]
    [InlineData("chunks and a length", "Transfer-Encoding: chunked\r\nContent-Length: 4", "0\r\n\r\n")]
    [InlineData("two lengths that differ", "Content-Length: 0\r\nContent-Length: 68", "")]
    [InlineData("two lengths that agree", "Content-Length: 2\r\nContent-Length: 2", "{}")]
    [InlineData("a list of lengths", "Content-Length: 2, 2", "{}")]
    [InlineData("a length with a sign", "Content-Length: +2", "{}")]
    [InlineData("a negative length", "Content-Length: -1", "")]
    [InlineData("a length in hex", "Content-Length: 0x2", "{}")]
    [InlineData("a length with a space inside", "Content-Length: 0 2", "{}")]
    [InlineData("a length beyond all numbers", "Content-Length: 99999999999999999999999", "{}")]
    [InlineData("an empty length", "Content-Length: ", "")]
    [InlineData("chunks by another name", "Transfer-Encoding: xchunked", "0\r\n\r\n")]
    [InlineData("chunks and more", "Transfer-Encoding: gzip, chunked", "0\r\n\r\n")]
    [InlineData("chunks twice", "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity", "0\r\n\r\n")]
    [InlineData("chunks with a tab", "Transfer-Encoding:\tchunked\v", "0\r\n\r\n")]
    [InlineData("a space before the colon", "Transfer-Encoding : chunked", "0\r\n\r\n")]
    [InlineData("a space before a length's colon", "Content-Length : 0", "")]
    [InlineData("a folded line", "X-A: b\r\n Transfer-Encoding: chunked", "0\r\n\r\n")]
    [InlineData("a folded value", "Transfer-Encoding:\r\n chunked", "0\r\n\r\n")]
    [InlineData("a NUL in a value", "bt_header_a: b\0c", "")]
    [InlineData("a NUL in a name", "bt_header\0a: b", "")]
    [InlineData("a lone CR in a value", "bt_header_a: b\rContent-Length: 3", "")]
    [InlineData("a line without a name", ": chunked", "")]
    [InlineData("two hosts", "Host: b", "")]
    [InlineData("a chunk size that is none", "Transfer-Encoding: chunked", "zz\r\n\r\n")]
    [InlineData("a chunk size with a sign", "Transfer-Encoding: chunked", "+2\r\n{}\r\n0\r\n\r\n")]
    [InlineData("a chunk size in 0x", "Transfer-Encoding: chunked", "0x2\r\n{}\r\n0\r\n\r\n")]
    [InlineData("a negative chunk size", "Transfer-Encoding: chunked", "-2\r\n{}\r\n0\r\n\r\n")]
    [InlineData("a chunk size beyond all numbers", "Transfer-Encoding: chunked", "fffffffffffffffff2\r\n{}\r\n0\r\n\r\n")]
    [InlineData("a chunk longer than its size", "Transfer-Encoding: chunked", "1\r\n{}\r\n0\r\n\r\n")]
    public async Task What_is_ambiguous_is_refused_or_hung_up_on(string what, string headers, string body)
    {
        await using var gateway = await RunningGateway.StartAsync();

        var answer = await gateway.SendAsync($"POST /Challenge HTTP/1.1\r\nHost: a\r\n{headers}\r\n\r\n{body}{Smuggled}");

        Assert.True(answer.Count <= 1, $"{what}: {answer.Text}");
        Assert.True(answer.Status is null or 400 or 413 or 501, $"{what}: {answer.Text}");
        Assert.Equal(0, gateway.App.Accepted);
    }

    [Theory]
    [InlineData("POST /Challenge\r\n\r\n")]
    [InlineData("POST /Challenge HTTP/2.0\r\nHost: a\r\n\r\n")]
    [InlineData("POST /Challenge HTTP/1.1.1\r\nHost: a\r\n\r\n")]
    [InlineData("POST /Challenge HTTP/1.2\r\nHost: a\r\n\r\n")]
    [InlineData("POST /Challenge HTTP/1.1\r\n\r\n")]
    [InlineData("POST /Chal\0lenge HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("POST /Challenge%00 HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("POST /Challenge?a\tb HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("POST /Challenge?a b HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("POST /Challenge% HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("POST Challenge HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("P\u00d6ST /Challenge HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("CONNECT miner.gateway.test:443 HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")]
    [InlineData("\u0016\u0003\u0001\u0002\0\u0001\0\u0001\u00fc\u0003\u0003")]
    public async Task A_request_line_that_is_none_is_refused_or_hung_up_on(string request)
    {
        await using var gateway = await RunningGateway.StartAsync();

        var answer = await gateway.SendAsync(
            request.Replace("\r\n\r\n", "\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", StringComparison.Ordinal)
        );

        Assert.True(answer.Count <= 1, answer.Text);
        Assert.True(answer.Status is null or 400 or 404 or 405 or 505, answer.Text);
        Assert.Equal(0, gateway.App.Accepted);
    }

    [Theory]
    [InlineData(
        "lines that end in LF alone",
        "POST /Challenge HTTP/1.1\nHost: a\nConnection: close\nbt_header_a: b\nContent-Length: 2\n\n{}"
    )]
    [InlineData("HTTP/1.0", "POST /Challenge HTTP/1.0\r\nbt_header_a: b\r\nContent-Length: 2\r\n\r\n{}")]
    [InlineData(
        "a line break before it",
        "\r\n\r\nPOST /Challenge HTTP/1.1\r\nHost: a\r\nConnection: close\r\nbt_header_a: b\r\nContent-Length: 2\r\n\r\n{}"
    )]
    [InlineData(
        "lengths by other names",
        "POST /Challenge HTTP/1.1\r\nHost: a\r\nConnection: close\r\nbt_header_a: b\r\nContent_Length: 99\r\nTransfer_Encoding: "
            + "chunked\r\nContent-Length: 2\r\n\r\n{}"
    )]
    [InlineData(
        "a header that is to be dropped",
        "POST /Challenge HTTP/1.1\r\nHost: a\r\nConnection: close, Content-Length\r\nbt_header_a: b\r\nContent-Length: 2\r\n\r\n{}"
    )]
    [InlineData(
        "another protocol",
        "POST /Challenge HTTP/1.1\r\nHost: a\r\nConnection: close, Upgrade\r\nUpgrade: h2c\r\nHTTP2-Settings: "
            + "AAMAAABkAARAAAAAAAIAAAAA\r\nbt_header_a: b\r\nContent-Length: 2\r\n\r\n{}"
    )]
    [InlineData(
        "a line without a colon",
        "POST /Challenge HTTP/1.1\r\nHost: a\r\nConnection: close\r\nbt_header_b\r\nbt_header_a: b\r\nContent-Length: 2\r\n\r\n{}"
    )]
    [InlineData(
        "chunks that end in LF alone",
        "POST /Challenge HTTP/1.1\r\nHost: a\r\nConnection: close\r\nbt_header_a: b\r\nTransfer-Encoding: chunked\r\n\r\n2\n{}\n0\n\n"
    )]
    public async Task What_is_lax_but_plain_reaches_the_app_in_the_strict_form(string what, string request)
    {
        await using var gateway = await RunningGateway.StartAsync();

        var answer = await gateway.SendAsync(request);

        Assert.True(answer is { Status: 200, Count: 1 }, $"{what}: {answer.Text}");
        var passedOn = Assert.Single(await gateway.ReceivedAsync());
        var head = passedOn[..(passedOn.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)];
        Assert.StartsWith("POST /Challenge HTTP/1.1\r\n", head, StringComparison.Ordinal);
        Assert.Equal(head, head.ReplaceLineEndings("\r\n"));
        Assert.Contains("\r\nbt_header_a: b\r\n", head, StringComparison.Ordinal);
        Assert.Equal(
            "Content-Length: 2",
            Assert.Single(head.Split("\r\n"), line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase))
        );
        Assert.DoesNotContain("\r\nTransfer-Encoding:", head, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("\r\nUpgrade:", head, StringComparison.OrdinalIgnoreCase);
        Assert.Equal("{}", passedOn[head.Length..]);
    }

    [Fact]
    public async Task A_body_that_is_cut_off_never_reaches_the_app()
    {
        await using var gateway = await RunningGateway.StartAsync();
        using var client = await new TestCaller().ConnectAsync(gateway.Nginx.Port);
        var stream = client.GetStream();
        await stream.WriteAsync(
            Encoding.Latin1.GetBytes("POST /Challenge HTTP/1.1\r\nHost: a\r\nContent-Length: 500\r\n\r\n{\"timestamp\":"),
            TestContext.Current.CancellationToken
        );
        client.Client.Shutdown(SocketShutdown.Send);

        var answer = await TestCaller.ReadAsync(stream);

        Assert.True(answer.Status is null or 400, answer.Text);
        Assert.Equal(0, gateway.App.Accepted);
    }
}
