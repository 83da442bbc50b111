using System.Net;
using System.Net.Sockets;

namespace Bittbridge.Miner.Tests.Prices;

/// <summary>A host that takes connections and never answers a TLS handshake, and a client that soon gives up connecting.</summary>
internal sealed class SilentHost : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public SilentHost() => _listener.Start();

    public Uri Address => new($"https://{_listener.LocalEndpoint}/api/v3");

    public HttpClient Http { get; } = new(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromMilliseconds(100), UseProxy = false });

    public void Dispose()
    {
        Http.Dispose();
        _listener.Dispose();
    }
}
