namespace Bittbridge.Miner;

/// <summary>How much is answered, in each instance; 0 is no limit.</summary>
/// <param name="PerCallerPerMinute">Answers to one verified hotkey a minute; past it, 429.</param>
/// <param name="PerSecond">Requests a second that are refused with an explanation; past it, a bare 429. Verification itself always runs, so that a flood never costs an honest caller its answer.</param>
public sealed record LimitSettings(int PerCallerPerMinute = 60, int PerSecond = 200);
