using Bittbridge.Gateway.Tests.Running;
using Bittbridge.Gateway.Tests.Wire;
using Bittbridge.Testing;

namespace Bittbridge.Gateway.Tests;

/// <summary>What the app gets of a challenge, and the caller of the answer, byte for byte.</summary>
public sealed class PassingOnTests
{
    [Fact]
    public async Task Target_header_names_with_underscores_values_twins_and_body_arrive_as_they_were_sent()
    {
        await using var gateway = await RunningGateway.StartAsync();
        string[] headers =
        [
            "bt_header_dendrite_nonce: 1795358419179093758",
            "BT_Header_Axon_Hotkey: 5FHneW46",
            "X-Bittensor-Signature: 0xaa",
            "X-Bittensor-Signature: 0xaa",
            "x-bittensor-signature: 0xBB",
            "bt_header_input_obj_timestamp: IiI=",
            "Content-Type: application/json; charset=utf-8",
            "Accept-Encoding: gzip, deflate",
            "User-Agent: Python/3.12 aiohttp/3.9",
            "odd.name!: \u00e9 \"quoted\" , a;b",
            "Empty:",
            "Cookie: a=b",
        ];
        const string body = "{ \"timestamp\" : \"2026\",\r\n\t\"x\":\"\u00ff\0\" }  ";

        var answer = await gateway.SendAsync(Requests.Challenge("/Challenge?a=1&b=%20x&c=a%2Fb%5c..&&d=+", body, headers: headers));

        Assert.Equal(200, answer.Status);
        var request = Assert.Single(await gateway.ReceivedAsync());
        Assert.StartsWith("POST /Challenge?a=1&b=%20x&c=a%2Fb%5c..&&d=+ HTTP/1.1\r\n", request, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\n" + body, request, StringComparison.Ordinal);
        var lines = request.Split("\r\n");
        var first = Array.IndexOf(lines, headers[0]);
        Assert.Equal(headers, lines.Skip(first).Take(headers.Length).Select(line => line == "Empty: " ? "Empty:" : line));
    }

    [Fact]
    public async Task The_app_is_called_by_its_own_name_in_TLS_and_in_HTTP()
    {
        await using var gateway = await RunningGateway.StartAsync();

        Assert.Equal(200, (await gateway.SendAsync(Requests.Challenge())).Status);

        Assert.Contains($"\r\nHost: {Nginx.AppHost}\r\n", Assert.Single(await gateway.ReceivedAsync()), StringComparison.Ordinal);
        Assert.Equal([Nginx.AppHost], gateway.App.NamesAskedFor);
    }

    [Fact]
    public async Task A_body_without_a_length_arrives_whole_and_with_one()
    {
        await using var gateway = await RunningGateway.StartAsync();

        var answer = await gateway.SendAsync(
            "POST /Challenge HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: "
                + "chunked\r\n\r\n6\r\n{\"a\":1\r\n1;x=y\r\n}\r\n0\r\nLate: 1\r\n\r\n"
        );

        Assert.Equal(200, answer.Status);
        var request = Assert.Single(await gateway.ReceivedAsync());
        Assert.Contains("\r\nContent-Length: 7\r\n", request, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\n{\"a\":1}", request, StringComparison.Ordinal);
        Assert.DoesNotContain("Transfer-Encoding", request, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("Late", request, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_caller_may_wait_for_leave_to_send_the_body()
    {
        await using var gateway = await RunningGateway.StartAsync();

        var answer = await gateway.SendAsync(Requests.Challenge(headers: "Expect: 100-continue"));

        Assert.StartsWith("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n", answer.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Expect", Assert.Single(await gateway.ReceivedAsync()), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task What_a_stranger_says_of_where_it_comes_from_is_replaced_by_where_it_does()
    {
        await using var gateway = await RunningGateway.StartAsync();
        string[] forged =
        [
            "X-Forwarded-For: 198.51.100.1",
            "x-forwarded-for: 198.51.100.2, 198.51.100.3",
            "Forwarded: for=198.51.100.4",
            "X-Real-IP: 198.51.100.5",
            "X-Original-For: 198.51.100.6",
            "X-Forwarded-Host: 198.51.100.7",
            "X-Forwarded-Proto: 198.51.100.8",
            "X-Functions-Key: 198.51.100.9",
        ];

        Assert.Equal(200, (await gateway.SendAsync(Requests.Challenge(headers: forged), from: "127.0.0.9")).Status);

        var request = Assert.Single(await gateway.ReceivedAsync());
        Assert.DoesNotContain("198.51.100.", request, StringComparison.Ordinal);
        Assert.Equal(
            "X-Forwarded-For: 127.0.0.9",
            Assert.Single(request.Split("\r\n"), line => line.StartsWith("X-Forwarded-For", StringComparison.OrdinalIgnoreCase))
        );
    }

    [Theory]
    [InlineData("200 OK", "{\"prediction\":7.1}")]
    [InlineData("401 Unauthorized", "{\"message\":\"Not Verified with error: no nonce\"}")]
    [InlineData("404 Not Found", "{\"message\":\"the app's own\"}")]
    [InlineData("429 Too Many Requests", "{\"message\":\"the app's own\"}")]
    [InlineData("502 Bad Gateway", "{\"message\":\"the app's own\"}")]
    public async Task The_answer_comes_back_with_the_case_of_its_header_names(string status, string body)
    {
        await using var gateway = await RunningGateway.StartAsync();
        string[] headers =
        [
            "Content-Type: application/json",
            "bt_header_axon_status_code: 200",
            "BT_Header_Axon_Nonce: 1",
            "X-Bittbridge-model: last@1",
            "computed_body_hash: ab",
            "Location: http://elsewhere/x",
            "Retry-After: 3",
        ];
        gateway.App.AnswersWith = $"HTTP/1.1 {status}\r\n{string.Join("\r\n", headers)}\r\nContent-Length: {body.Length}\r\n\r\n{body}";

        var answer = await gateway.SendAsync(Requests.Challenge(headers: "Accept-Encoding: gzip"));

        Assert.StartsWith($"HTTP/1.1 {status}\r\n", answer.Text, StringComparison.Ordinal);
        Assert.Equal(body, answer.Body);
        Assert.Superset(headers.ToHashSet(), answer.Headers.Select(header => $"{header.Key}: {header.Value}").ToHashSet());
        Assert.Equal("nginx", answer.Header("Server"));
    }

    [Fact]
    public async Task An_answer_that_echoes_all_of_the_largest_request_comes_back()
    {
        await using var gateway = await RunningGateway.StartAsync();
        var echo = new string('u', 24_000);
        gateway.App.AnswersWith = $"HTTP/1.1 200 OK\r\nbt_header_dendrite_uuid: {echo}\r\nContent-Length: 2\r\n\r\n{{}}";

        var answer = await gateway.SendAsync(Requests.Challenge());

        Assert.Equal((200, echo), (answer.Status, answer.Header("bt_header_dendrite_uuid")));
    }

    [Fact]
    public async Task A_caller_that_keeps_its_connection_is_answered_again_and_every_request_has_a_connection_of_its_own_to_the_app()
    {
        await using var gateway = await RunningGateway.StartAsync();

        var answer = await gateway.SendAsync(
            Requests.Challenge().Replace("Connection: close\r\n", "", StringComparison.Ordinal) + Requests.Challenge("/Challenge?second")
        );

        Assert.Equal(2, answer.Count);
        var requests = await gateway.ReceivedAsync(2);
        Assert.Equal(2, requests.Count);
        Assert.Every(requests, request => Assert.Equal(1, Count(request, "POST ")));
    }

    private static int Count(string text, string part) => text.Split(part).Length - 1;
}
