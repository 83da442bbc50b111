using Bittbridge.Bittensor.Authentication;
using Bittbridge.Bittensor.Wire;
using Microsoft.AspNetCore.Http;

namespace Bittbridge.Miner.Challenges;

/// <summary>A request as received, before validation.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="RawTarget">The request target as sent: percent-encoded path and query.</param>
/// <param name="Headers">All headers, repeated ones included.</param>
/// <param name="Body">The raw body.</param>
/// <param name="ReceivedAt">The miner's clock when it arrived.</param>
/// <param name="Deadline">The time that is left for its answer.</param>
internal sealed record IncomingRequest(
    string Method,
    string RawTarget,
    IHeaderDictionary Headers,
    ReadOnlyMemory<byte> Body,
    DateTimeOffset ReceivedAt,
    Deadline Deadline
)
{
    /// <summary>The part of the request's headers that the answer echoes, read from them each time.</summary>
    public DendriteEcho Echo => EchoOf(Headers);

    /// <summary>The wire format that the request claims; null for an unsigned one.</summary>
    public WireFormat? Format { get; } = FormatOf(Headers);

    /// <inheritdoc cref="Format"/>
    public static WireFormat? FormatOf(IHeaderDictionary headers) => RequestAuthentication.FormatOf(name => headers[name]);

    /// <summary>The part of these headers that an answer echoes.</summary>
    public static DendriteEcho EchoOf(IHeaderDictionary headers) =>
        DendriteEcho.From(name => headers.TryGetValue(name, out var values) && values.Count == 1 ? values[0] : null);
}
