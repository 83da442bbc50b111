namespace Bittbridge.Miner.Configuration;

/// <summary>The limits of each instance. 0 means no limit, except for <paramref name="Connections"/>.</summary>
/// <param name="PerCallerPerMinute">Answers to one verified hotkey a minute; beyond that, 429.</param>
/// <param name="PerSecond">Explained refusals a second; beyond that, a 429 without a body. Verification always runs, so a flood of requests
/// does not affect honest callers.</param>
/// <param name="Connections">Open connections to the program's own server, at most a third of the file descriptors of the process.</param>
/// <param name="ConnectionsPerAddress">Open connections from one remote address. The loopback has no limit, because a proxy on this
/// machine connects from there.</param>
public sealed record LimitSettings(int PerCallerPerMinute = 60, int PerSecond = 200, int Connections = 2000, int ConnectionsPerAddress = 64)
{
    internal static LimitSettings Read(SettingValues values) =>
        new(
            (int)values.Number(SettingNames.PerCallerPerMinute, 60, 0, 100_000, whole: true),
            (int)values.Number(SettingNames.PerSecond, 200, 0, 100_000, whole: true),
            (int)values.Number(SettingNames.Connections, 2000, 16, 1_000_000, whole: true),
            (int)values.Number(SettingNames.ConnectionsPerAddress, 64, 0, 1_000_000, whole: true)
        );
}
