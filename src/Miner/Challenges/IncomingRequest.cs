using Bittbridge.Bittensor.Wire;
using Microsoft.AspNetCore.Http;

namespace Bittbridge.Miner.Challenges;

/// <summary>A request as it came in, before anything in it is believed.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="RawTarget">The request target as sent: percent-encoded path and query.</param>
/// <param name="Headers">All headers, repeated ones included.</param>
/// <param name="Body">The raw body.</param>
/// <param name="ReceivedAt">The miner's clock when it arrived.</param>
public sealed record IncomingRequest(
    string Method,
    string RawTarget,
    IHeaderDictionary Headers,
    ReadOnlyMemory<byte> Body,
    DateTimeOffset ReceivedAt
)
{
    /// <summary>What the answer says again.</summary>
    public DendriteEcho Echo { get; } =
        DendriteEcho.From(name => Headers.TryGetValue(name, out var values) && values.Count == 1 ? values[0] : null);
}
