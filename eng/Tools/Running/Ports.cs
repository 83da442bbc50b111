using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Bittbridge.Tools.Running;

/// <summary>TCP ports of this machine.</summary>
public static class Ports
{
    // Below the ports that Linux (from 32768), macOS and Windows (from 49152) assign to services and connections that name none.
    private const int FirstChosen = 20_000;
    private const int LastChosen = 32_000;

    /// <summary>A free port outside the range from which the system assigns ports to other programs.</summary>
    public static int Free()
    {
        while (true)
        {
            var port = RandomNumberGenerator.GetInt32(FirstChosen, LastChosen + 1);
            if (!IsBusy(port))
            {
                return port;
            }
        }
    }

    /// <summary>Keeps a port from being assigned to another program until it is disposed of.</summary>
    /// <exception cref="SocketException">The port is in use.</exception>
    public static IDisposable Hold(int port)
    {
        var listener = new TcpListener(IPAddress.Any, port);
        listener.Start();
        return listener;
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
