using System.Net;
using System.Net.Sockets;
using System.Text;
using Bittbridge.Bittensor.Authentication;
using Bittbridge.Bittensor.Keys;
using Bittbridge.Bittensor.Wire;

namespace Bittbridge.Bittensor.Tests.Wire;

public sealed class DendriteTests
{
    [Theory]
    [InlineData("application/json", """{"prediction":7.1,"interval":[7.0,7.2]}""", 7.1, true)]
    [InlineData("text/html; charset=foo", """{"prediction":7.1,"interval":[7.0,7.2]}""", 7.1, true)]
    [InlineData("application/json; charset=utf-16", """{"prediction":7.1,"interval":[7.0]}""", 7.1, false)]
    [InlineData("application/json", """{"prediction":1e999,"interval":[7.0,7.2]}""", null, true)]
    [InlineData("application/json", """{"prediction":7.1,"interval":[7.0,1e999]}""", 7.1, false)]
    [InlineData("application/json", "<html>", null, false)]
    public async Task An_answer_is_read_as_far_as_it_is_one(string contentType, string body, double? prediction, bool hasInterval)
    {
        var ct = TestContext.Current.CancellationToken;
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var answering = AnswerAsync();
        using var caller = DevelopmentKey.Derive("//Alice");
        using var miner = DevelopmentKey.Derive("//Bob");
        using var dendrite = new Dendrite(
            new($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/"),
            caller,
            miner.Address,
            WireFormat.V10,
            TimeProvider.System
        );

        var reply = await dendrite.AskAsync(ct);
        await answering;
        Assert.Equal((200, body), (reply.Status, reply.Body));
        Assert.Equal((prediction, hasInterval), (reply.Prediction, reply.Interval is not null));

        async Task AnswerAsync()
        {
            using var client = await listener.AcceptSocketAsync(ct);
            var request = new byte[16 * 1024];
            var received = 0;
            while (!Encoding.ASCII.GetString(request, 0, received).EndsWith('}'))
            {
                var count = await client.ReceiveAsync(request.AsMemory(received), ct);
                Assert.NotEqual(0, count);
                received += count;
            }

            var answer =
                $"HTTP/1.1 200 OK\r\nContent-Type: {contentType}\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}";
            await client.SendAsync(Encoding.ASCII.GetBytes(answer), ct);
        }
    }
}
