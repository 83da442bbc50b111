using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Bittbridge.Miner.Configuration;

namespace Bittbridge.SelfHost;

/// <summary>Reads the switches for where the miner listens, and explains why it can't listen there.</summary>
internal static class Listening
{
    private const int DefaultPort = 8091;

    public static int Port(string? text, List<SettingProblem> problems)
    {
        if (text is null)
        {
            return DefaultPort;
        }

        if (ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port))
        {
            return port;
        }

        problems.Add(new("--axon.port", Shown.Value(text), "choose a port from 1 to 65535"));
        return DefaultPort;
    }

    public static IPAddress? Address(string? text, List<SettingProblem> problems)
    {
        if (text is not null && !IPAddress.TryParse(text, out _))
        {
            problems.Add(new("--axon.ip", Shown.Value(text), "set it to an IP address such as 0.0.0.0"));
        }

        return IPAddress.TryParse(text, out var address) ? address : null;
    }

    /// <summary>One sentence that explains a socket exception; null for any other exception.</summary>
    public static string? Explain(Exception exception, int port, IPAddress? address)
    {
        for (var inner = exception; inner is not null; inner = inner.InnerException)
        {
            if (inner is SocketException socket)
            {
                return socket.SocketErrorCode switch
                {
                    SocketError.AddressAlreadyInUse =>
                        $"The miner can't listen on port {port}, which is in use: stop what uses it, or choose another with --axon.port.",
                    SocketError.AccessDenied =>
                        $"The miner may not listen on port {port}: choose one from 1024 up with --axon.port, or give this user the right.",
                    SocketError.AddressNotAvailable => $"This machine has no address {address}: choose another with --axon.ip.",
                    _ => null,
                };
            }
        }

        return null;
    }
}
