namespace Bittbridge.Bittensor.Wire;

/// <summary>What the miner says of itself in every answer.</summary>
/// <param name="Hotkey">Its ss58 address; null where none is set, and then the one that the caller named is echoed.</param>
/// <param name="Uuid">A name for this process.</param>
public sealed record AxonIdentity(string? Hotkey, string Uuid)
{
    /// <summary>The SDK whose wire format is spoken, 10.3.0, as the SDK writes versions.</summary>
    public const int WireVersion = 10_003_000;
}
