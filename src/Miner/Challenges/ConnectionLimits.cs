using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Bittbridge.Miner.Configuration;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Bittbridge.Miner.Challenges;

/// <summary>
/// Limits the connections of a server that strangers reach directly. An idle connection is closed after <see cref="KeepAlive"/>. When the
/// total or an address's share is reached, a new connection replaces the one that has been idle longest, so idle connections can't keep
/// an honest caller out. A connection is idle until a whole request has arrived; from then on, until its answer is sent, it is never closed
/// for another.
/// </summary>
/// <param name="limits">The total and the share.</param>
/// <param name="descriptors">The limit of file descriptors of the process; null when it is unknown.</param>
/// <param name="clock">The clock of <see cref="MaxClosing"/>; null for the system's.</param>
public sealed class ConnectionLimits(LimitSettings limits, long? descriptors, TimeProvider? clock = null)
{
    /// <summary>How long a connection may be idle.</summary>
    public static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(15);

    /// <summary>How long the headers of a request may take.</summary>
    public static readonly TimeSpan Headers = TimeSpan.FromSeconds(10);

    /// <summary>How long a connection that is closed for another may take to send the rest of its answer.</summary>
    private static readonly TimeSpan MaxClosing = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The largest body of a refused request that is read to its end, so that its caller gets the whole refusal and keeps the connection.
    /// When a body is larger, the connection is closed instead.
    /// </summary>
    private const int MaxDrained = 64 * 1024;

    /// <summary>How much of what a connection sends waits in memory; a whole challenge with the longest head and body fits.</summary>
    private const int MaxBuffered = 64 * 1024;

    private readonly Lock _gate = new();
    private readonly LinkedList<Slot> _idle = new();
    private readonly Dictionary<IPAddress, Share> _shares = [];
    private int _count;

    /// <summary>
    /// The maximum number of connections: a third of the file descriptors, at most the setting. A second third is for connections that are
    /// closing; the rest is for files, storage and the chain.
    /// </summary>
    public int Total { get; } = (int)Math.Clamp(descriptors / 3 ?? limits.Connections, 1, limits.Connections);

    /// <summary>The limit of file descriptors of this process; null when the system does not report it.</summary>
    public static long? Descriptors()
    {
        try
        {
            var line = File.ReadLines("/proc/self/limits")
                .FirstOrDefault(line => line.StartsWith("Max open files", StringComparison.Ordinal));
            return
                line?.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, _, _, var soft, ..]
                && long.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? number
                : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Sets the server's own limits.</summary>
    public void Configure(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestHeadersTotalSize = 16 * 1024;
        kestrel.Limits.MaxRequestHeaderCount = 64;
        kestrel.Limits.RequestHeadersTimeout = Headers;
        kestrel.Limits.KeepAliveTimeout = KeepAlive;
        kestrel.Limits.MaxRequestBodySize = MaxDrained;

        // The server's own limit also counts connections that are closing, and rejects new ones, so it must be higher.
        kestrel.Limits.MaxConcurrentConnections = 2L * Total;
    }

    /// <summary>Sets the limit of the sockets' buffers, which the server's own <c>MaxRequestBufferSize</c> does not bound.</summary>
    public static void Configure(SocketTransportOptions sockets) => sockets.MaxReadBufferSize = MaxBuffered;

    /// <summary>Applies the total and the share to the connections that a listener accepts.</summary>
    public void Configure(ListenOptions listen)
    {
        // A connection is protected for one request at a time, and HTTP/2 has many.
        listen.Protocols = HttpProtocols.Http1;
        listen.Use(next => connection => ServeAsync(connection, next));
    }

    /// <summary>
    /// Protects connections with a running request: at once when it has no body, else from <see cref="Protect"/> on. Must be the first
    /// middleware of the application.
    /// </summary>
    public static void Configure(IApplicationBuilder app) =>
        app.Use(
            async (context, next) =>
            {
                // The server closes the connection rather than read a larger body, so the caller must not send another request on it.
                if (context.Request.ContentLength > context.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize)
                {
                    context.Response.Headers.Connection = "close";
                }

                var slot = context.Features.Get<Slot>();
                if (context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == true)
                {
                    slot?.Release();
                }
                else
                {
                    slot?.Protect();
                }

                try
                {
                    await next(context);
                }
                finally
                {
                    slot?.Release();
                }
            }
        );

    /// <summary>Protects the connection of a request whose body has arrived, until it is answered.</summary>
    /// <returns>False when the connection is already being closed for another.</returns>
    internal static bool Protect(HttpContext context) => context.Features.Get<Slot>()?.Protect() ?? true;

    /// <summary>
    /// The address whose share a connection belongs to. For IPv6 that is the /64 network, because one subscriber has all of its addresses.
    /// </summary>
    internal static IPAddress ShareOf(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4();
        }

        if (address.AddressFamily != AddressFamily.InterNetworkV6 || IPAddress.IsLoopback(address))
        {
            return address;
        }

        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new(bytes);
    }

    private async Task ServeAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var address = (connection.RemoteEndPoint as IPEndPoint)?.Address;
        if (Enter(connection, address is null ? IPAddress.None : ShareOf(address)) is not { } slot)
        {
            connection.Abort(new ConnectionAbortedException("Too many connections."));
            return;
        }

        connection.Features.Set(slot);
        try
        {
            await next(connection);
        }
        finally
        {
            Leave(slot);
        }
    }

    /// <summary>Makes room for a connection, if necessary by closing an idle one; null when all connections are busy.</summary>
    private Slot? Enter(ConnectionContext connection, IPAddress address)
    {
        Slot? displaced = null;
        Slot slot;
        lock (_gate)
        {
            var share = _shares.TryGetValue(address, out var known) ? known : new Share();
            var isFull = limits.ConnectionsPerAddress > 0 && !IPAddress.IsLoopback(address) && share.Count >= limits.ConnectionsPerAddress;
            if (isFull || _count >= Total)
            {
                displaced = (isFull ? share.Idle : _idle).First?.Value;
                if (displaced is null)
                {
                    return null;
                }

                Remove(displaced);
            }

            slot = new(this, connection, address, share);
            _shares[address] = share;
            share.Count++;
            _count++;
            slot.Wait();
        }

        if (displaced is not null)
        {
            _ = CloseAsync(displaced);
        }

        return slot;
    }

    private async Task CloseAsync(Slot slot)
    {
        // The transport may still be sending the last answer, and an abort would drop the rest of it.
        if (slot.IsAnswered)
        {
            slot.Connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
            await Task.Delay(MaxClosing, clock ?? TimeProvider.System, slot.Connection.ConnectionClosed)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        slot.Connection.Abort(new ConnectionAbortedException("Idle, and its place was needed."));
    }

    private void Leave(Slot slot)
    {
        lock (_gate)
        {
            Remove(slot);
        }
    }

    private void Remove(Slot slot)
    {
        if (slot.IsOver)
        {
            return;
        }

        slot.Work();
        slot.IsOver = true;
        _count--;
        if (--slot.Share.Count == 0)
        {
            _shares.Remove(slot.Address);
        }
    }

    /// <summary>The connections of one address.</summary>
    private sealed class Share
    {
        public int Count { get; set; }

        public LinkedList<Slot> Idle { get; } = new();
    }

    /// <summary>The place of one connection.</summary>
    private sealed class Slot
    {
        private readonly ConnectionLimits _limits;
        private readonly LinkedListNode<Slot> _ofAll;
        private readonly LinkedListNode<Slot> _ofShare;

        public Slot(ConnectionLimits limits, ConnectionContext connection, IPAddress address, Share share)
        {
            (_limits, Connection, Address, Share) = (limits, connection, address, share);
            (_ofAll, _ofShare) = (new(this), new(this));
        }

        public ConnectionContext Connection { get; }

        public IPAddress Address { get; }

        public Share Share { get; }

        public bool IsOver { get; set; }

        /// <summary>Whether a whole request was answered and no head has arrived since.</summary>
        public bool IsAnswered { get; private set; }

        /// <summary>Keeps the connection from being closed for another.</summary>
        /// <returns>False when it is already being closed.</returns>
        public bool Protect()
        {
            lock (_limits._gate)
            {
                Work();
                return !IsOver;
            }
        }

        /// <summary>Lets the connection be closed for another, but after all that are idle now.</summary>
        public void Release()
        {
            lock (_limits._gate)
            {
                if (!IsOver)
                {
                    // Only a connection with a whole request is not in the list.
                    IsAnswered = _ofAll.List is null;
                    Wait();
                }
            }
        }

        /// <summary>Moves the connection to the end of the idle list.</summary>
        public void Wait()
        {
            Work();
            _limits._idle.AddLast(_ofAll);
            Share.Idle.AddLast(_ofShare);
        }

        /// <summary>Removes the connection from the idle list.</summary>
        public void Work()
        {
            if (_ofAll.List is not null)
            {
                _limits._idle.Remove(_ofAll);
                Share.Idle.Remove(_ofShare);
            }
        }
    }
}
