namespace Bittbridge.Bittensor.Authentication;

/// <summary>A request as received, before anything parsed it.</summary>
/// <param name="Method">The method, such as <c>POST</c>.</param>
/// <param name="Target">The request target as received: percent-encoded path and query.</param>
/// <param name="Headers">Its headers.</param>
/// <param name="Body">The raw bytes of its body, up to the limit that the miner reads.</param>
public readonly record struct SignedRequest(string Method, string Target, RequestHeaders Headers, ReadOnlyMemory<byte> Body);

/// <summary>
/// All values of a request's header, in order: none for a missing header, several for a repeated one.
/// </summary>
/// <param name="name">The header's name; the lookup must ignore its case.</param>
public delegate IReadOnlyList<string?> HeaderLookup(string name);
