namespace Bittbridge.Cli.Axon;

/// <summary>The result of probing an address.</summary>
/// <param name="Url">The URL that was probed.</param>
/// <param name="IsMiner">Whether this miner answers there, and a validator's challenge would reach it.</param>
/// <param name="Status">The HTTP status; null for no answer.</param>
/// <param name="Hotkey">The hotkey that the answer names.</param>
/// <param name="Detail">The result in words.</param>
/// <param name="Remedy">What to do; null for nothing.</param>
internal sealed record ProbeResult(string Url, bool IsMiner, int? Status, string? Hotkey, string Detail, string? Remedy);
