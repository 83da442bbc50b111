using System.Net;
using Bittbridge.Miner.Access;

namespace Bittbridge.Miner.Tests.Access;

public sealed class PublicAddressTests
{
    [Theory]
    [InlineData("10.1.2.3", "private")]
    [InlineData("172.31.255.255", "private")]
    [InlineData("192.168.0.1", "private")]
    [InlineData("127.0.0.1", "loopback")]
    [InlineData("100.64.0.1", "carrier")]
    [InlineData("169.254.169.254", "link-local")]
    [InlineData("192.0.2.1", "documentation")]
    [InlineData("198.51.100.255", "documentation")]
    [InlineData("203.0.113.7", "documentation")]
    [InlineData("198.18.0.1", "benchmarks")]
    [InlineData("198.19.255.255", "benchmarks")]
    [InlineData("192.0.0.8", "reserved")]
    [InlineData("224.0.0.1", "multicast")]
    [InlineData("255.255.255.255", "multicast")]
    [InlineData("0.0.0.0", "not the address of a machine")]
    [InlineData("::", "reserved")]
    [InlineData("::1", "loopback")]
    [InlineData("fd12::1", "private")]
    [InlineData("fe80::1", "link-local")]
    [InlineData("ff02::1", "multicast")]
    [InlineData("64:ff9b::a9fe:a9fe", "reserved")]
    [InlineData("2001:db8::1", "documentation")]
    [InlineData("2001::1", "tunnel")]
    [InlineData("2002:7f00:1::", "tunnel")]
    [InlineData("::ffff:169.254.169.254", "link-local")]
    [InlineData("::ffff:10.0.0.1", "private")]
    public void An_address_that_validators_cannot_reach_is_told(string address, string word) =>
        Assert.Contains(word, PublicAddress.Objection(IPAddress.Parse(address)), StringComparison.Ordinal);

    [Theory]
    [InlineData("8.8.8.8")]
    [InlineData("172.32.0.1")]
    [InlineData("100.128.0.1")]
    [InlineData("192.0.3.1")]
    [InlineData("198.51.101.1")]
    [InlineData("203.0.114.1")]
    [InlineData("198.17.255.255")]
    [InlineData("198.20.0.1")]
    [InlineData("::ffff:8.8.8.8")]
    [InlineData("2001:4860:4860::8888")]
    [InlineData("2606:4700:4700::1111")]
    public void A_public_address_has_no_objection(string address) => Assert.Null(PublicAddress.Objection(IPAddress.Parse(address)));
}
