namespace Bittbridge.Bittensor.Keys;

/// <summary>The description of a hotkey file, without its secret.</summary>
/// <param name="Kind">The kind of the file.</param>
/// <param name="Address">Its address; null when it can't be read.</param>
/// <param name="Problem">What is wrong with it, in one sentence; null for nothing. A file with an unusable secret still has its
/// address.</param>
public sealed record HotkeyFileSummary(HotkeyFileKind Kind, Ss58Address? Address, string? Problem);
