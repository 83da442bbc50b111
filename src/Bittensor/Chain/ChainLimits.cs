namespace Bittbridge.Bittensor.Chain;

/// <summary>The limits of a node's answers. The defaults suit the public endpoints, which allow about one request a second.</summary>
public sealed record ChainLimits
{
    /// <summary>The timeout of one request.</summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The timeout of all requests of one read to one endpoint.</summary>
    public TimeSpan EndpointTimeout { get; init; } = TimeSpan.FromSeconds(40);

    /// <summary>The maximum length of an answer, in bytes.</summary>
    public int MaxResponseBytes { get; init; } = 2 * 1024 * 1024;

    /// <summary>How many hotkeys one request asks for, 1 or more: a subnet of 256 takes two.</summary>
    public int KeysPerCall { get; init; } = 128;

    /// <summary>The largest accepted subnet.</summary>
    public int MaxNeurons { get; init; } = 4096;

    /// <summary>The wait before a request that was rejected with HTTP 429 is retried once.</summary>
    public TimeSpan PauseWhenTooMany { get; init; } = TimeSpan.FromSeconds(1.5);
}
