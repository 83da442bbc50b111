namespace Bittbridge.Bittensor.Wire;

/// <summary>The miner's identity in every answer.</summary>
/// <param name="Hotkey">Its ss58 address; null when none is set: the answer then echoes the one that the caller named.</param>
/// <param name="Uuid">The id of this process.</param>
public sealed record AxonIdentity(string? Hotkey, string Uuid)
{
    /// <summary>The SDK version of the wire format, 10.3.0, as the SDK encodes versions.</summary>
    public const int WireVersion = 10_003_000;
}
