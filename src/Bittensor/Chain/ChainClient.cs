using System.Globalization;
using Bittbridge.Bittensor.Keys;

namespace Bittbridge.Bittensor.Chain;

/// <summary>
/// Reads a subnet from the chain by JSON-RPC. The endpoints are asked in turn until one gives an answer that makes sense; what a node says
/// is never trusted further than it can be checked. Nothing here throws for what a node or the network does; only cancellation is thrown.
/// </summary>
/// <param name="endpoints">Which nodes.</param>
/// <param name="http">Sends to http(s) endpoints; it should follow no redirects. Websockets are opened here.</param>
/// <param name="time">Measures the time limits.</param>
/// <param name="limits">How much a node may cost; null for the defaults.</param>
public sealed class ChainClient(ChainEndpoints endpoints, HttpClient http, TimeProvider time, ChainLimits? limits = null)
{
    private readonly ChainLimits _limits = limits ?? new ChainLimits();

    /// <summary>Everybody in a subnet, at the finalised block.</summary>
    public Task<ChainRead<SubnetSnapshot>> ReadSubnetAsync(ushort netuid, CancellationToken ct) =>
        ReadAsync((queries, token) => queries.ReadSubnetAsync(netuid, token), ct);

    /// <summary>How many nodes are configured.</summary>
    public int Nodes { get; } = endpoints.Nodes.Count;

    /// <summary>
    /// Everybody in a subnet, at the finalised block, as each node tells it; the next node is asked until that is enough.
    /// </summary>
    /// <param name="netuid">The subnet.</param>
    /// <param name="isEnough">Whether what was read so far, at least one list, needs no further node.</param>
    /// <param name="ct">Ends the reads.</param>
    public async Task<IReadOnlyList<NodeRead<SubnetSnapshot>>> ReadSubnetOfEachAsync(
        ushort netuid,
        Func<IReadOnlyList<SubnetSnapshot>, bool> isEnough,
        CancellationToken ct
    )
    {
        List<NodeRead<SubnetSnapshot>> reads = [];
        foreach (var urls in endpoints.Nodes)
        {
            var read = await ReadAsync(urls, (queries, token) => queries.ReadSubnetAsync(netuid, token), ct).ConfigureAwait(false);
            reads.Add(new(Named(urls[0]), read));
            if (read.Succeeded && isEnough([.. reads.Where(one => one.Read.Succeeded).Select(one => one.Read.Value!)]))
            {
                break;
            }
        }

        return reads;
    }

    /// <summary>The uid of a hotkey; null where it is not registered.</summary>
    public Task<ChainRead<ushort?>> ReadUidAsync(ushort netuid, PublicKey hotkey, CancellationToken ct) =>
        ReadAsync((queries, token) => queries.ReadUidAsync(netuid, hotkey, token), ct);

    /// <summary>Where the chain says that a hotkey can be called; null where it says nothing.</summary>
    public Task<ChainRead<AxonInfo?>> ReadAxonAsync(ushort netuid, PublicKey hotkey, CancellationToken ct) =>
        ReadAsync((queries, token) => queries.ReadAxonAsync(netuid, hotkey, token), ct);

    private Task<ChainRead<T>> ReadAsync<T>(Func<ChainQueries, CancellationToken, Task<T>> read, CancellationToken ct) =>
        ReadAsync(endpoints.Urls, read, ct);

    private async Task<ChainRead<T>> ReadAsync<T>(
        IEnumerable<Uri> urls,
        Func<ChainQueries, CancellationToken, Task<T>> read,
        CancellationToken ct
    )
    {
        List<string> failures = [];
        ChainFault fault = default;
        foreach (var url in urls)
        {
            IRpcConnection connection = url.Scheme is "ws" or "wss"
                ? new WebSocketRpcConnection(url, _limits)
                : new HttpRpcConnection(url, http, _limits, time);
            await using (connection.ConfigureAwait(false))
            {
                using var deadline = new CancellationTokenSource(_limits.EndpointTimeout, time);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, ct);
                try
                {
                    return ChainRead<T>.Of(
                        await read(new ChainQueries(new RpcSession(connection, _limits, time), _limits), either.Token).ConfigureAwait(false)
                    );
                }
                catch (ChainFailureException failure)
                {
                    fault = failure.Fault;
                    failures.Add($"{Named(url)}: {failure.Message}");
                }
                catch (InvalidOperationException)
                {
                    // What System.Text.Json throws for a text that is no Unicode.
                    fault = ChainFault.Garbage;
                    failures.Add($"{Named(url)}: the JSON holds a text that is none");
                }
                catch (OperationCanceledException) when (!ct.IsCancellationRequested)
                {
                    fault = ChainFault.TimedOut;
                    failures.Add(
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"{Named(url)}: the reading took longer than {_limits.EndpointTimeout.TotalSeconds:0.#} s"
                        )
                    );
                }
            }
        }

        return ChainRead<T>.Failed(new ChainFailure(fault, string.Join("; ", failures)));
    }

    // Without user, path and query, where some providers put a key.
    private static string Named(Uri url) => url.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped);
}

/// <summary>What a read gave at one node.</summary>
/// <typeparam name="T">What was read.</typeparam>
/// <param name="Node">Scheme, host and port; nothing secret.</param>
/// <param name="Read">The value, or why the read failed.</param>
public sealed record NodeRead<T>(string Node, ChainRead<T> Read);
