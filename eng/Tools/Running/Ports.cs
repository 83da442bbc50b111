using System.Net;
using System.Net.Sockets;

namespace Bittbridge.Tools.Running;

/// <summary>TCP ports of this machine.</summary>
public static class Ports
{
    /// <summary>A port that was free a moment ago.</summary>
    public static int Free()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Whether a program listens on the port already, on the loopback address or on all.</summary>
    public static bool IsBusy(int port) => Answers(port) || !CanListen(IPAddress.Loopback, port) || !CanListen(IPAddress.Any, port);

    /// <summary>Whether somebody takes connections on the loopback address.</summary>
    public static bool Answers(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Connect(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static bool CanListen(IPAddress address, int port)
    {
        try
        {
            using var listener = new TcpListener(address, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
