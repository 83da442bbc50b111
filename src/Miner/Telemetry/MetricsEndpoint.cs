namespace Bittbridge.Miner.Telemetry;

/// <summary>What the route for metrics answers.</summary>
public enum MetricsEndpoint
{
    /// <summary>The route does not exist.</summary>
    Off,

    /// <summary>Every metric in the format of Prometheus.</summary>
    Prometheus,
}
