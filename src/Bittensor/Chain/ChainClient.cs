using System.Globalization;
using Bittbridge.Bittensor.Keys;

namespace Bittbridge.Bittensor.Chain;

/// <summary>
/// Reads a subnet from the chain by JSON-RPC. The endpoints are tried in turn until one returns a valid answer; every answer is checked as
/// far as possible. A failure of a node or the network is a value; only cancellation throws.
/// </summary>
/// <param name="endpoints">The nodes.</param>
/// <param name="http">For http(s) endpoints; it must not follow redirects. This class opens websockets itself.</param>
/// <param name="time">Measures the time limits.</param>
/// <param name="limits">The limits of a node's answers; null for the defaults.</param>
public sealed class ChainClient(ChainEndpoints endpoints, HttpClient http, TimeProvider time, ChainLimits? limits = null)
{
    private readonly ChainLimits _limits = limits ?? new ChainLimits();

    /// <summary>All participants of a subnet, at the finalized block.</summary>
    public Task<ChainRead<SubnetSnapshot>> ReadSubnetAsync(ushort netuid, CancellationToken ct) =>
        ReadAsync((queries, token) => queries.ReadSubnetAsync(netuid, token), ct);

    /// <summary>How many nodes are configured.</summary>
    public int Nodes { get; } = endpoints.Nodes.Count;

    /// <summary>
    /// All participants of a subnet, at the finalized block, as each node reports them. Nodes are read in turn until the reads are enough.
    /// </summary>
    /// <param name="netuid">The subnet.</param>
    /// <param name="isEnough">Whether the lists so far, at least one, are enough.</param>
    /// <param name="ct">Cancels the reads.</param>
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

    /// <summary>The uid of a hotkey; null when it is not registered.</summary>
    public Task<ChainRead<ushort?>> ReadUidAsync(ushort netuid, PublicKey hotkey, CancellationToken ct) =>
        ReadAsync((queries, token) => queries.ReadUidAsync(netuid, hotkey, token), ct);

    /// <summary>The announced address of a hotkey; null when there is none.</summary>
    public Task<ChainRead<AxonInfo?>> ReadAxonAsync(ushort netuid, PublicKey hotkey, CancellationToken ct) =>
        ReadAsync((queries, token) => queries.ReadAxonAsync(netuid, hotkey, token), ct);

    /// <summary>The standing of a hotkey in the subnet, at the finalized block; null when it is not registered.</summary>
    public Task<ChainRead<NeuronStanding?>> ReadStandingAsync(ushort netuid, PublicKey hotkey, CancellationToken ct) =>
        ReadAsync((queries, token) => queries.ReadStandingAsync(netuid, hotkey, token), ct);

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
                    // System.Text.Json throws this for a text that is not valid Unicode.
                    fault = ChainFault.Garbage;
                    failures.Add($"{Named(url)}: the JSON contains a text that is not valid Unicode");
                }
                catch (OperationCanceledException) when (!ct.IsCancellationRequested)
                {
                    fault = ChainFault.TimedOut;
                    failures.Add(
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"{Named(url)}: the read took longer than {_limits.EndpointTimeout.TotalSeconds:0.#} s"
                        )
                    );
                }
            }
        }

        return ChainRead<T>.Failed(new ChainFailure(fault, string.Join("; ", failures)));
    }

    // Without user, path and query, which may contain a provider's key.
    private static string Named(Uri url) => url.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped);
}

/// <summary>The result of a read from one node.</summary>
/// <typeparam name="T">The type of the value.</typeparam>
/// <param name="Node">Scheme, host and port, without secrets.</param>
/// <param name="Read">The value, or why the read failed.</param>
public sealed record NodeRead<T>(string Node, ChainRead<T> Read);
