namespace Bittbridge.Miner.Configuration;

/// <summary>How much is answered, in each instance; 0 is no limit, but for <paramref name="Connections"/>.</summary>
/// <param name="PerCallerPerMinute">Answers to one verified hotkey a minute; past it, 429.</param>
/// <param name="PerSecond">Requests a second that are refused with an explanation; past it, a bare 429. Verification itself always runs, so
/// that a flood never costs an honest caller its answer.</param>
/// <param name="Connections">Connections to the program's own server at a time; never more than a third of the descriptors that the process
/// may have.</param>
/// <param name="ConnectionsPerAddress">Of these, one remote address's share; the loopback, where a proxy of this machine calls from, has
/// none.</param>
public sealed record LimitSettings(
    int PerCallerPerMinute = 60,
    int PerSecond = 200,
    int Connections = 2000,
    int ConnectionsPerAddress = 64
);
