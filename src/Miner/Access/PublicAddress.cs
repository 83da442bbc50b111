using System.Net;
using System.Net.Sockets;

namespace Bittbridge.Miner.Access;

/// <summary>Whether validators on the internet can reach an address.</summary>
public static class PublicAddress
{
    private const string Private = "a private address, reachable only from its own network";
    private const string Loopback = "a loopback address, reachable only from this machine";
    private const string LinkLocal = "a link-local address, reachable only from its own link";
    private const string Documentation = "an address reserved for documentation";
    private const string Reserved = "a multicast or reserved address";

    // [The IANA registries of special-purpose IPv4 and IPv6 addresses, RFC 6890]
    private static readonly (IPNetwork Network, string What)[] Special =
    [
        (IPNetwork.Parse("10.0.0.0/8"), Private),
        (IPNetwork.Parse("172.16.0.0/12"), Private),
        (IPNetwork.Parse("192.168.0.0/16"), Private),
        (IPNetwork.Parse("127.0.0.0/8"), Loopback),
        (IPNetwork.Parse("100.64.0.0/10"), "an address of a carrier's network, not reachable from outside"),
        (IPNetwork.Parse("169.254.0.0/16"), LinkLocal),
        (IPNetwork.Parse("192.0.0.0/24"), Reserved),
        (IPNetwork.Parse("192.0.2.0/24"), Documentation),
        (IPNetwork.Parse("198.51.100.0/24"), Documentation),
        (IPNetwork.Parse("203.0.113.0/24"), Documentation),
        (IPNetwork.Parse("198.18.0.0/15"), "an address reserved for benchmarks, not reachable from outside"),
        (IPNetwork.Parse("224.0.0.0/3"), Reserved),
        (IPNetwork.Parse("0.0.0.0/8"), "not the address of a machine"),
        (IPNetwork.Parse("::1/128"), Loopback),
        (IPNetwork.Parse("fc00::/7"), Private),
        (IPNetwork.Parse("fe80::/10"), LinkLocal),
        (IPNetwork.Parse("2001:db8::/32"), Documentation),
        // Teredo and 6to4 hold an IPv4 address, which may be a private one.
        (IPNetwork.Parse("2001::/32"), "an address of a tunnel"),
        (IPNetwork.Parse("2002::/16"), "an address of a tunnel"),
    ];

    /// <summary>All of public IPv6 is inside of it.</summary>
    private static readonly IPNetwork GlobalUnicast = IPNetwork.Parse("2000::/3");

    /// <summary>Why an address is not public, to follow "is"; null for a public one.</summary>
    public static string? Objection(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        address = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        var objection = Special.Where(one => one.Network.Contains(address)).Select(one => one.What).FirstOrDefault();
        return objection is null && address.AddressFamily == AddressFamily.InterNetworkV6 && !GlobalUnicast.Contains(address)
            ? Reserved
            : objection;
    }
}
