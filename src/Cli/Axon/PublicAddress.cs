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
        (IPNetwork.Parse("10.0.0.0/8"), "a private address, reached from its own network only"),
        (IPNetwork.Parse("172.16.0.0/12"), "a private address, reached from its own network only"),
        (IPNetwork.Parse("192.168.0.0/16"), "a private address, reached from its own network only"),
        (IPNetwork.Parse("127.0.0.0/8"), "this machine's own loopback, reached from nowhere else"),
        (IPNetwork.Parse("100.64.0.0/10"), "an address of a carrier's network, not reached from outside"),
        (IPNetwork.Parse("169.254.0.0/16"), "a link-local address, reached from its own link only"),
        (IPNetwork.Parse("192.0.2.0/24"), "an address of documentation, which nobody has"),
        (IPNetwork.Parse("198.51.100.0/24"), "an address of documentation, which nobody has"),
        (IPNetwork.Parse("203.0.113.0/24"), "an address of documentation, which nobody has"),
        (IPNetwork.Parse("198.18.0.0/15"), "an address of test beds, not reached from outside"),
        (IPNetwork.Parse("224.0.0.0/3"), "a multicast or reserved address, which no machine has"),
        (IPNetwork.Parse("0.0.0.0/8"), "no machine's address"),
    ];

    /// <summary>What stands against an address of IPv4; null for a public one.</summary>
    public static string? Objection(IPAddress address) =>
        Special.Where(one => one.Network.Contains(address)).Select(one => one.What).FirstOrDefault();

    /// <summary>Reads an address that can stand on the chain and be called; otherwise says in one sentence why it can't.</summary>
    public static bool TryRead(string text, [NotNullWhen(true)] out IPAddress? address, [NotNullWhen(false)] out string? problem)
    {
        // Four numbers, for the parser also takes 1.2 and 0x7f000001.
        problem =
            !IPAddress.TryParse(text, out address) || (address.AddressFamily == AddressFamily.InterNetwork && address.ToString() != text)
                ? $"--ip is {Shown.Value(text)}, no IP address: give the public IPv4 address of the miner or of the proxy in front of it, "
                    + "such as 203.0.113.7; the chain holds no host names."
            : address.AddressFamily != AddressFamily.InterNetwork
                ? $"--ip is {Shown.Value(text)}, an IPv6 address, which the validators' SDK can't call: give an IPv4 address."
            : address.Equals(IPAddress.Any)
                ? "--ip is 0.0.0.0, which on the chain means that there is no miner, and validators skip it: give the public IPv4 address."
            : null;
        return problem is null;
    }
}
