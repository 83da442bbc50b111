using System.Net;
using Bittbridge.Cli.Axon;

namespace Bittbridge.Cli.Tests.Axon;

public sealed class AxonAddressTests
{
    [Fact]
    public void A_public_IPv4_address_is_read()
    {
        Assert.True(AxonAddress.TryRead("203.0.114.1", out var address, out _));
        Assert.Equal(IPAddress.Parse("203.0.114.1"), address);
    }

    [Theory]
    [InlineData("miner.example")]
    [InlineData("1.2")]
    [InlineData("010.0.0.1")]
    [InlineData("256.1.1.1")]
    [InlineData("2001:db8::1")]
    [InlineData("0.0.0.0")]
    [InlineData("")]
    public void An_address_that_cannot_be_registered_on_the_chain_is_refused(string text) =>
        Assert.False(AxonAddress.TryRead(text, out _, out _));
}
