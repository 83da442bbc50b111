using Bittbridge.Bittensor.Wire;

namespace Bittbridge.Miner.Http;

/// <summary>The routes of the miner, for both heads. Every path that is not listed goes to <see cref="Other"/>.</summary>
public static class MinerRoutes
{
    public const string Challenge = SynapseNames.Challenge;

    /// <summary>A ping.</summary>
    public const string Synapse = SynapseNames.Synapse;

    public const string Live = "health/live";

    public const string Ready = "health/ready";

    /// <summary>For the operator.</summary>
    public const string HealthDetails = "health/details";

    /// <summary>The operator's.</summary>
    public const string TrackRecord = "api/track-record";

    /// <summary>The operator's: describes the one before.</summary>
    public const string OpenApi = "openapi.json";

    /// <summary>The operator's, where the setting <c>Metrics</c> asks for it.</summary>
    public const string Metrics = "metrics";

    /// <summary>Every other path.</summary>
    public const string Other = "{*path}";
}
