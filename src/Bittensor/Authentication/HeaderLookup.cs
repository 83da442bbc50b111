namespace Bittbridge.Bittensor.Authentication;

/// <summary>
/// All the values of a request's header, in order: none for a header that is not there, several for one that came several times.
/// </summary>
/// <param name="name">The header's name; its case must not matter.</param>
public delegate IReadOnlyList<string?> HeaderLookup(string name);
