namespace Bittbridge.Bittensor.Chain;

/// <summary>How much a node may cost. The defaults suit the public endpoints, which allow about one request a second.</summary>
public sealed record ChainLimits
{
    /// <summary>For one request and its answer.</summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>For everything that is asked of one endpoint in one read.</summary>
    public TimeSpan EndpointTimeout { get; init; } = TimeSpan.FromSeconds(40);

    /// <summary>The longest answer that is read, in bytes.</summary>
    public int MaxResponseBytes { get; init; } = 2 * 1024 * 1024;

    /// <summary>How many hotkeys one request asks for, 1 or more: a subnet of 256 takes two.</summary>
    public int KeysPerCall { get; init; } = 128;

    /// <summary>The largest subnet that is believed; more neurons are nonsense.</summary>
    public int MaxNeurons { get; init; } = 4096;

    /// <summary>How long to wait before a request that was refused as one too many (HTTP 429) is sent once more.</summary>
    public TimeSpan PauseWhenTooMany { get; init; } = TimeSpan.FromSeconds(1.5);
}
