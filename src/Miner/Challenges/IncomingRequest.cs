using Bittbridge.Bittensor.Wire;
using Microsoft.AspNetCore.Http;

namespace Bittbridge.Miner.Challenges;

/// <summary>A request as it came in, before anything in it is believed.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="RawTarget">The request target as sent: percent-encoded path and query.</param>
/// <param name="Headers">All headers, repeated ones included.</param>
/// <param name="Body">The raw body.</param>
/// <param name="ReceivedAt">The miner's clock when it arrived.</param>
/// <param name="Deadline">What is left of the time for its answer.</param>
internal sealed record IncomingRequest(
    string Method,
    string RawTarget,
    IHeaderDictionary Headers,
    ReadOnlyMemory<byte> Body,
    DateTimeOffset ReceivedAt,
    Deadline Deadline
)
{
    /// <summary>What the answer repeats of the request's headers.</summary>
    public DendriteEcho Echo { get; } = EchoOf(Headers);

    /// <summary>What an answer repeats of these headers.</summary>
    public static DendriteEcho EchoOf(IHeaderDictionary headers) =>
        DendriteEcho.From(name => headers.TryGetValue(name, out var values) && values.Count == 1 ? values[0] : null);
}
