using Bittbridge.Bittensor.Authentication;
using Microsoft.AspNetCore.Http;

namespace Bittbridge.Miner.Challenges;

/// <summary>A request as received, before validation.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="RawTarget">The request target as sent: percent-encoded path and query.</param>
/// <param name="Headers">The headers that the protocol knows.</param>
/// <param name="Body">The raw body.</param>
/// <param name="ReceivedAt">The miner's clock when it arrived.</param>
/// <param name="Deadline">The time that is left for its answer.</param>
internal sealed record IncomingRequest(
    string Method,
    string RawTarget,
    RequestHeaders Headers,
    ReadOnlyMemory<byte> Body,
    DateTimeOffset ReceivedAt,
    Deadline Deadline
)
{
    /// <summary>The wire format that the request claims; null for an unsigned one.</summary>
    public WireFormat? Format => Headers.Format;

    /// <summary>The headers of a request that the protocol knows.</summary>
    public static RequestHeaders HeadersOf(HttpRequest request) => new(name => request.Headers[name]);
}
