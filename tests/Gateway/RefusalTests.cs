using System.Globalization;
using Bittbridge.Gateway.Tests.Running;
using Bittbridge.Gateway.Tests.Wire;

namespace Bittbridge.Gateway.Tests;

/// <summary>What never reaches the app: everything but the challenge, in the one spelling of its path that is signed.</summary>
public sealed class RefusalTests
{
    private const string Unreadable = "The request could not be read: it is cut off or badly framed.";

    [Theory]
    [InlineData("/", "")]
    [InlineData("/Synapse", "Synapse")]
    [InlineData("/Dummy?x=1", "Dummy")]
    [InlineData("/health/ready", "health")]
    [InlineData("/api/track-record", "api")]
    [InlineData("/dashboard", "dashboard")]
    [InlineData("/api/dashboard", "api")]
    [InlineData("/public", "public")]
    [InlineData("/metrics", "metrics")]
    [InlineData("/admin/functions/RefreshPrices", "admin")]
    [InlineData("/runtime/webhooks", "runtime")]
    [InlineData("/challenge", "challenge")]
    [InlineData("/Challenge/", "Challenge")]
    [InlineData("/Challenge/more", "Challenge")]
    [InlineData("/Challenge%2F..", "")]
    [InlineData("/Challenge%3Fa", "")]
    [InlineData("/Challenge;a=b", "")]
    [InlineData("//Challenge", "Challenge")]
    [InlineData("/%43hallenge", "Challenge")]
    [InlineData("/./Challenge", "Challenge")]
    [InlineData("/x/../Challenge", "Challenge")]
    [InlineData("/%2e%2e/Challenge", null)]
    [InlineData("/../Challenge", null)]
    [InlineData("/Challenge/../Challenge", "Challenge")]
    [InlineData("/Challenge/../health/ready", "health")]
    [InlineData("/Challenge/%2e%2e/admin", "admin")]
    [InlineData("/Challenge%20", "")]
    [InlineData("/Challenge#a", "Challenge")]
    [InlineData("/\"}{\\\r", null)]
    [InlineData("/\"}{\\", "")]
    [InlineData("http://miner.gateway.test/Challenge", "Challenge")]
    [InlineData("http://127.0.0.1/health/ready", "health")]
    [InlineData("*", null)]
    public async Task Another_path_or_another_spelling_is_refused_here(string target, string? name)
    {
        await using var gateway = await RunningGateway.StartAsync();

        var answer = await gateway.SendAsync(Requests.Challenge(target));

        Assert.Equal(
            name is null ? (400, Unreadable) : (404, $"Synapse name '{name}' not found. Available synapses ['Challenge']"),
            (answer.Status, answer.Message)
        );
        AssertProtocols(answer);
        Assert.Equal(0, gateway.App.Accepted);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("HEAD")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    [InlineData("OPTIONS")]
    [InlineData("PATCH")]
    [InlineData("TRACE")]
    [InlineData("PROPFIND")]
    public async Task Another_method_is_refused_here(string method)
    {
        await using var gateway = await RunningGateway.StartAsync();

        var answer = await gateway.SendAsync(Requests.Challenge(method: method));

        Assert.Equal(405, answer.Status);
        Assert.Equal("POST", answer.Header("Allow"));
        Assert.Equal("405", answer.Header("bt_header_axon_status_code"));
        Assert.Equal(0, gateway.App.Accepted);
    }

    [Theory]
    [InlineData(16_384, 200)]
    [InlineData(16_385, 413)]
    [InlineData(16_389, 413)]
    [InlineData(16_395, 413)]
    [InlineData(16_400, 413)]
    [InlineData(17_000, 413)]
    [InlineData(20_000, 413)]
    [InlineData(100_000, 413)]
    [InlineData(2_000_000, 413)]
    public async Task A_body_is_bounded_with_a_length_and_without_one(int size, int status)
    {
        await using var gateway = await RunningGateway.StartAsync();
        var body = new string(' ', size);

        var measured = await gateway.SendAsync(Requests.Challenge(body: body));
        var padded = await gateway.SendAsync(
            Requests.Challenge(body: body).Replace("Content-Length: ", "Content-Length: 000", StringComparison.Ordinal)
        );

        // A length that is announced costs a stranger nothing, so it must not be worth a line in a log.
        Assert.Empty(gateway.Nginx.Log("error.log"));
        var chunked = await gateway.SendAsync(
            $"POST /Challenge HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n{size:x}\r\n{body}\r\n0\r\n\r\n"
        );

        foreach (var answer in new[] { measured, padded, chunked })
        {
            Assert.Equal(status, answer.Status);
            if (status == 413)
            {
                Assert.Equal("The body is larger than 16384 bytes.", answer.Message);
                AssertProtocols(answer);
            }
        }

        Assert.Equal(status == 200 ? 3 : 0, gateway.App.Accepted);
    }

    [Fact]
    public async Task Headers_are_bounded_where_Kestrel_bounds_them()
    {
        await using var gateway = await RunningGateway.StartAsync();

        var within = await gateway.SendAsync(
            Requests.Challenge(headers: [.. Enumerable.Range(0, 3).Select(i => $"bt_header_{i}: {new string('x', 7_500)}")])
        );
        var oneTooLarge = await gateway.SendAsync(Requests.Challenge(headers: $"bt_header_dendrite_uuid: {new string('x', 9_000)}"));
        var tooMany = await gateway.SendAsync(
            Requests.Challenge(headers: [.. Enumerable.Range(0, 60).Select(i => $"bt_header_{i}: {new string('x', 1_000)}")])
        );
        var longTarget = await gateway.SendAsync(Requests.Challenge("/Challenge?" + new string('x', 9_000)));

        Assert.Equal((200, 431, 431, 414), (within.Status, oneTooLarge.Status, tooMany.Status, longTarget.Status));
        Assert.Equal("The request's headers are too large.", oneTooLarge.Message);
        Assert.Equal(1, gateway.App.Accepted);
    }

    [Fact]
    public async Task Nothing_says_which_version_of_nginx_it_is()
    {
        await using var gateway = await RunningGateway.StartAsync();

        foreach (var request in new[] { Requests.Challenge(), Requests.Challenge("/"), "nonsense\r\n\r\n", Requests.Challenge("/../x") })
        {
            var answer = await gateway.SendAsync(request);
            Assert.DoesNotContain("nginx/", answer.Text, StringComparison.OrdinalIgnoreCase);
        }
    }

    private static void AssertProtocols(WireAnswer answer)
    {
        Assert.Equal("application/json", answer.Header("Content-Type"));
        Assert.Equal(answer.Status!.Value.ToString(CultureInfo.InvariantCulture), answer.Header("bt_header_axon_status_code"));
        Assert.Equal(answer.Message, answer.Header("bt_header_axon_status_message"));
    }
}
