using System.Net;
using System.Net.Sockets;
using Bittbridge.Testing;
using Bittbridge.Tools.Running;

namespace Bittbridge.EndToEnd.Tests.Testing;

/// <summary>A chosen port stays free until its program starts.</summary>
public sealed class PortsTests
{
    [Fact]
    public void A_chosen_port_is_outside_the_range_that_the_system_assigns()
    {
        using var assigned = new TcpListener(IPAddress.Loopback, 0);
        assigned.Start();
        var first = ((IPEndPoint)assigned.LocalEndpoint).Port;

        Assert.Every(
            Enumerable.Range(0, 50).Select(_ => Ports.Free()),
            port =>
            {
                Assert.InRange(port, 1024, 32_767);
                Assert.False(Ports.IsBusy(port) || port == first);
            }
        );
    }

    [Fact]
    public void A_held_port_can_be_used_by_no_other_program_until_it_is_released()
    {
        var port = Ports.Free();
        using (Ports.Hold(port))
        {
            using var other = new TcpListener(IPAddress.Loopback, port);
            Assert.Throws<SocketException>(other.Start);
        }

        using var miner = new TcpListener(IPAddress.Loopback, port);
        miner.Start();
    }
}
