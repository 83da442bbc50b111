using System.Buffers.Binary;
using System.Net;

namespace Bittbridge.Bittensor.Chain;

/// <summary>Where the chain says that a hotkey can be called.</summary>
/// <param name="Block">The block in which it was put there.</param>
/// <param name="Version">The SDK's version as it said.</param>
/// <param name="Ip">The address as a number; 0 for none.</param>
/// <param name="Port">The port.</param>
/// <param name="IpType">4 or 6.</param>
/// <param name="Protocol">4 in practice; unused.</param>
public sealed record AxonInfo(ulong Block, uint Version, UInt128 Ip, ushort Port, byte IpType, byte Protocol)
{
    /// <summary>The address; null where none is said or where it fits no IPv4 address though it is called one.</summary>
    public IPAddress? Address
    {
        get
        {
            if (Ip == 0 || (IpType == 4 && Ip > uint.MaxValue))
            {
                return null;
            }

            Span<byte> bytes = stackalloc byte[16];
            BinaryPrimitives.WriteUInt128BigEndian(bytes, Ip);
            return new IPAddress(IpType == 4 ? bytes[12..] : bytes);
        }
    }
}
