using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Bittbridge.Tools.Running;

/// <summary>TCP ports of this machine.</summary>
public static class Ports
{
    /// <summary>
    /// A free port below those that Linux (from 32768), macOS and Windows (from 49152) assign to other programs.
    /// </summary>
    public static int Free()
    {
        int port;
        do
        {
            port = RandomNumberGenerator.GetInt32(20_000, 32_001);
        } while (IsBusy(port));
        return port;
    }

    /// <summary>Keeps a port from being assigned to another program until it is disposed of.</summary>
    /// <exception cref="SocketException">The port is in use.</exception>
    public static IDisposable Hold(int port)
    {
        // Someone who listens on one address only does not keep this one from listening on all.
        if (IsBusy(port))
        {
            throw new SocketException((int)SocketError.AddressAlreadyInUse);
        }

        var listener = new TcpListener(IPAddress.Any, port);
        listener.Start();
        return listener;
    }

    /// <summary>Whether a program listens on the port, on any address.</summary>
    public static bool IsBusy(int port) =>
        IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Any(listener => listener.Port == port);
}
