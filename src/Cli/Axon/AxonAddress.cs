using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using Bittbridge.Miner.Configuration;

namespace Bittbridge.Cli.Axon;

/// <summary>The address of an axon as it is typed.</summary>
internal static class AxonAddress
{
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
