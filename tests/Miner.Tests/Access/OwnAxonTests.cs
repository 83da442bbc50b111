using System.Net;
using System.Net.Sockets;
using Bittbridge.Miner.Access;
using Bittbridge.Testing;
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

    [Theory]
    [InlineData("5FLSigC9HGRKVhB9FiEo4Y3koPsNmBmLJbpXg2mp1hXcS59Y", true)]
    [InlineData("[reset your key](https://evil.example)", false)]
    public async Task Only_an_address_counts_as_the_hotkey_of_a_miner(string named, bool isOther)
    {
        await using var program = new StandInServer(context =>
        {
            context.Response.Headers["bt_header_axon_hotkey"] = named;
            return Task.CompletedTask;
        });
        using var http = new HttpClient();

        var probed = await new OwnAxon(http, new FakeTimeProvider()).ProbeAsync(
            new(IPAddress.Loopback, program.Port),
            TestSubnet.Bob.ToString(),
            TestContext.Current.CancellationToken
        );

        Assert.Equal(isOther ? (AxonReach.OtherMiner, named) : (AxonReach.NoMiner, null), probed);
    }
}
