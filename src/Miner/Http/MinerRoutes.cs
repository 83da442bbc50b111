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

    /// <summary>The operator's: the dashboard at the root of the address.</summary>
    public const string Root = "";

    /// <summary>The operator's: the dashboard.</summary>
    public const string Dashboard = "dashboard";

    /// <summary>The operator's: what the dashboard shows, as JSON.</summary>
    public const string DashboardData = "api/dashboard";

    /// <summary>The dashboard for everybody, where the setting <c>Dashboard</c> is <c>public</c>.</summary>
    public const string Public = "public";

    /// <summary>What the dashboard for everybody shows.</summary>
    public const string PublicData = "public/data";

    /// <summary>The operator's, where the setting <c>Metrics</c> asks for it.</summary>
    public const string Metrics = "metrics";

    /// <summary>Every other path.</summary>
    public const string Other = "{*path}";
}
