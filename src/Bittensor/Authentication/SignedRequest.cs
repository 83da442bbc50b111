namespace Bittbridge.Bittensor.Authentication;

/// <summary>A request as it came over the wire, before anything parsed it.</summary>
/// <param name="Method">The method, such as <c>POST</c>.</param>
/// <param name="Target">The request target as received: percent-encoded path and query.</param>
/// <param name="Headers">Its headers.</param>
/// <param name="Body">The raw bytes of its body, at most as many as the miner reads.</param>
public readonly record struct SignedRequest(string Method, string Target, HeaderLookup Headers, ReadOnlyMemory<byte> Body);

/// <summary>
/// All the values of a request's header, in order: none for a header that is not there, several for one that came several times.
/// </summary>
/// <param name="name">The header's name; its case must not matter.</param>
public delegate IReadOnlyList<string?> HeaderLookup(string name);
