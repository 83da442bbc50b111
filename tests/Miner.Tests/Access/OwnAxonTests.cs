using System.Net;
using System.Net.Sockets;
using Bittbridge.Miner.Access;
using Microsoft.Extensions.Time.Testing;

namespace Bittbridge.Miner.Tests.Access;

public sealed class OwnAxonTests
{
    [Fact]
    public async Task An_axon_that_stays_silent_is_given_up_after_five_seconds()
    {
        var ct = TestContext.Current.CancellationToken;
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var clock = new FakeTimeProvider();
        using var http = new HttpClient();

        var probing = new OwnAxon(http, clock).ProbeAsync((IPEndPoint)listener.LocalEndpoint, TestSubnet.Bob.ToString(), ct);
        using var axon = await listener.AcceptTcpClientAsync(ct);
        await axon.GetStream().ReadExactlyAsync(new byte[1], ct);
        clock.Advance(TimeSpan.FromSeconds(5) - TimeSpan.FromMilliseconds(1));
        Assert.False(probing.IsCompleted);

        clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal((AxonReach.NotReached, null), await probing.WaitAsync(TimeSpan.FromSeconds(60), ct));
    }
}
