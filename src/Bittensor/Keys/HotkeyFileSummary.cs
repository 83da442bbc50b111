namespace Bittbridge.Bittensor.Keys;

/// <summary>What is known of a hotkey file once it was looked into; nothing of its secret.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Address">Whose it is; null where that can't be read.</param>
/// <param name="Problem">What is wrong with it, in one sentence; null for nothing. A file whose secret can't be used still has its
/// address.</param>
public sealed record HotkeyFileSummary(HotkeyFileKind Kind, Ss58Address? Address, string? Problem);
