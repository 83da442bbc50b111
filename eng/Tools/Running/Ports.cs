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

    /// <summary>Whether a program listens on the port, on the loopback address or on all.</summary>
    public static bool IsBusy(int port) =>
        Answers(port) || Fails(() => Listen(IPAddress.Loopback, port)) || Fails(() => Listen(IPAddress.Any, port));

    /// <summary>Whether a program accepts connections on the loopback address.</summary>
    public static bool Answers(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        return !Fails(() => socket.Connect(IPAddress.Loopback, port));
    }

    private static void Listen(IPAddress address, int port)
    {
        using var listener = new TcpListener(address, port);
        listener.Start();
    }

    private static bool Fails(Action action)
    {
        try
        {
            action();
            return false;
        }
        catch (SocketException)
        {
            return true;
        }
    }
}
