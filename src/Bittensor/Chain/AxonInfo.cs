using System.Buffers.Binary;
using System.Net;

namespace Bittbridge.Bittensor.Chain;

/// <summary>The address of a hotkey on the chain.</summary>
/// <param name="Block">The block in which it was announced.</param>
/// <param name="Version">The announced version of the SDK.</param>
/// <param name="Ip">The address as a number; 0 for none.</param>
/// <param name="Port">The port.</param>
/// <param name="IpType">4 or 6.</param>
/// <param name="Protocol">4 in practice; unused.</param>
public sealed record AxonInfo(ulong Block, uint Version, UInt128 Ip, ushort Port, byte IpType, byte Protocol)
{
    /// <summary>The address; null when there is none, or when it is marked as IPv4 and does not fit.</summary>
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
