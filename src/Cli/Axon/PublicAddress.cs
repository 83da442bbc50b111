using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using Bittbridge.Miner.Configuration;

namespace Bittbridge.Cli.Axon;

/// <summary>Whether validators on the internet can reach an address.</summary>
internal static class PublicAddress
{
    // [RFC 6890 and its registry of special-purpose IPv4 addresses]
    private static readonly (IPNetwork Network, string What)[] Special =
    [
        (IPNetwork.Parse("10.0.0.0/8"), "a private address, reachable only from its own network"),
        (IPNetwork.Parse("172.16.0.0/12"), "a private address, reachable only from its own network"),
        (IPNetwork.Parse("192.168.0.0/16"), "a private address, reachable only from its own network"),
        (IPNetwork.Parse("127.0.0.0/8"), "a loopback address, reachable only from this machine"),
        (IPNetwork.Parse("100.64.0.0/10"), "an address of a carrier's network, not reachable from outside"),
        (IPNetwork.Parse("169.254.0.0/16"), "a link-local address, reachable only from its own link"),
        (IPNetwork.Parse("192.0.2.0/24"), "an address reserved for documentation"),
        (IPNetwork.Parse("198.51.100.0/24"), "an address reserved for documentation"),
        (IPNetwork.Parse("203.0.113.0/24"), "an address reserved for documentation"),
        (IPNetwork.Parse("198.18.0.0/15"), "an address reserved for benchmarks, not reachable from outside"),
        (IPNetwork.Parse("224.0.0.0/3"), "a multicast or reserved address"),
        (IPNetwork.Parse("0.0.0.0/8"), "not the address of a machine"),
    ];

    /// <summary>Why an IPv4 address is not public; null for a public one.</summary>
    public static string? Objection(IPAddress address) =>
        Special.Where(one => one.Network.Contains(address)).Select(one => one.What).FirstOrDefault();

    /// <summary>Reads an address that can be registered on the chain and called, or returns one sentence on why it can't.</summary>
    public static bool TryRead(string text, [NotNullWhen(true)] out IPAddress? address, [NotNullWhen(false)] out string? problem)
    {
        // Four numbers: the parser would also accept 1.2 and 0x7f000001.
        problem =
            !IPAddress.TryParse(text, out address) || (address.AddressFamily == AddressFamily.InterNetwork && address.ToString() != text)
                ? $"--ip is {Shown.Value(text)}, not an IP address: give the public IPv4 address of the miner or of the proxy in front of "
                    + "it, such as 203.0.113.7; the chain does not store host names."
            : address.AddressFamily != AddressFamily.InterNetwork
                ? $"--ip is {Shown.Value(text)}, an IPv6 address, which the validators' SDK can't call: give an IPv4 address."
            : address.Equals(IPAddress.Any)
                ? "--ip is 0.0.0.0, which on the chain means that there is no miner, and validators skip it: give the public IPv4 address."
            : null;
        return problem is null;
    }
}
