namespace Bittbridge.Bittensor.Authentication;

/// <summary>
/// All values of a request's header, in order: none for a missing header, several for a repeated one.
/// </summary>
/// <param name="name">The header's name; the lookup must ignore its case.</param>
public delegate IReadOnlyList<string?> HeaderLookup(string name);
