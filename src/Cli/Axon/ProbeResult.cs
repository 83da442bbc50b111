namespace Bittbridge.Cli.Axon;

/// <summary>What answers at an address.</summary>
/// <param name="Url">Where it was asked.</param>
/// <param name="IsMiner">Whether it is this miner, and a validator's challenge would reach it.</param>
/// <param name="Status">The HTTP status; null for no answer.</param>
/// <param name="Hotkey">The hotkey that the answer names.</param>
/// <param name="Detail">In words.</param>
/// <param name="Remedy">What to do; null for nothing.</param>
internal sealed record ProbeResult(string Url, bool IsMiner, int? Status, string? Hotkey, string Detail, string? Remedy);
