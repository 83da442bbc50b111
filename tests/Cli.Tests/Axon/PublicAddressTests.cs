using System.Net;
using Bittbridge.Cli.Axon;

namespace Bittbridge.Cli.Tests.Axon;

public sealed class PublicAddressTests
{
    [Theory]
    [InlineData("10.1.2.3", "private")]
    [InlineData("172.31.255.255", "private")]
    [InlineData("192.168.0.1", "private")]
    [InlineData("127.0.0.1", "loopback")]
    [InlineData("100.64.0.1", "carrier")]
    [InlineData("169.254.169.254", "link-local")]
    [InlineData("203.0.113.7", "documentation")]
    [InlineData("224.0.0.1", "multicast")]
    [InlineData("255.255.255.255", "multicast")]
    public void An_address_that_validators_cannot_reach_is_refused(string address, string word) =>
        Assert.Contains(word, PublicAddress.Objection(IPAddress.Parse(address)), StringComparison.Ordinal);

    [Theory]
    [InlineData("8.8.8.8")]
    [InlineData("172.32.0.1")]
    [InlineData("100.128.0.1")]
    [InlineData("203.0.114.1")]
    public void A_public_address_is_accepted(string text)
    {
        Assert.True(PublicAddress.TryRead(text, out var address, out _));
        Assert.Null(PublicAddress.Objection(address));
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
        Assert.False(PublicAddress.TryRead(text, out _, out _));
}
